// The one file of the ends that hands memory to the kernel.
internal import CLinuxWire
internal import Glibc
internal import GsoEngine
internal import WireFormats

extension Array where Element == UInt8 {
  /// Reads once from a descriptor: the number of octets, or a negative errno.
  internal mutating func read(from descriptor: Int32) -> Int {
    // SAFETY: the memory is only used inside the closure, with the count that belongs to it.
    unsafe withUnsafeMutableBytes { unsafe wire_read(descriptor, $0.baseAddress, $0.count) }
  }

  /// Receives once from a packet socket: the length of the frame and its header, or a negative
  /// errno.
  ///
  /// The octets before `offset` stay.
  internal mutating func receive(
    from descriptor: Int32, at offset: Int, tag: inout wire_packet_tag
  ) -> Int {
    guard offset < count else { return -Int(EINVAL) }
    // SAFETY: the memory is only used inside the closure, with the count that belongs to it.
    return unsafe withUnsafeMutableBytes { octets in
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: octets[offset...])
      return unsafe wire_packet_receive(descriptor, rest.baseAddress, rest.count, &tag)
    }
  }
}

extension TAP {
  /// Attaches a descriptor to a device, and returns the name of that.
  internal static func attach(
    _ descriptor: Int32, _ name: String, isMultiQueue: Bool
  ) throws(WireEndError) -> String {
    var actual = [CChar](repeating: 0, count: Int(WIRE_NAME_SIZE))
    // SAFETY: the array has the size that the function fills, and the name ends in a 0.
    let result = unsafe wire_tun_attach(descriptor, name, isMultiQueue ? 1 : 0, &actual)
    try WireEndError.check(result, "TUNSETIFF", name)
    let octets = actual.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: octets, as: UTF8.self)
  }
}

/// Calls of the system that take names.
internal enum WireSystem {
  /// Writes a header and a frame after it as one: the number of octets, or a negative errno.
  static func write(
    _ header: VirtioNetHeader, _ form: VirtioNetHeader.Form, _ frame: RawSpan,
    to descriptor: Int32
  ) -> Int {
    write(octets(of: header, form), form, frame, to: descriptor)
  }

  /// Writes frames, each after a header that asks for nothing, until one is not taken.
  ///
  /// - Parameters:
  ///   - frames: What is written.
  ///   - end: The frame not to write any more.
  ///   - form: The form of the headers.
  ///   - descriptor: Where they are written to.
  ///   - written: The frame to begin with; afterwards, the one after the last that was written.
  /// - Returns: The errno of the frame that was not taken; 0 if all were, or if the next frame
  ///   exceeds ``WireLimits/frameByteCount`` and was not tried.
  static func write(
    _ frames: FrameBatch, before end: Int, _ form: VirtioNetHeader.Form, to descriptor: Int32,
    written: inout Int
  ) -> Int32 {
    let header = octets(of: VirtioNetHeader(), form)
    while written < end {
      let frame = frames[written]
      guard frame.byteCount <= WireLimits.frameByteCount else { return 0 }
      // In one piece if there is room for the header: the kernel takes longer for two.
      // SAFETY: every bit pattern is a valid octet.
      let octets = unsafe header.span.bytes.extracting(first: form.byteCount)
      let result =
        frames.withHeader(octets, before: written) { write($0, to: descriptor) }
        ?? write(header, form, frame, to: descriptor)
      guard result >= 0 else { return Int32(-result) }
      written += 1
    }
    return 0
  }

  /// The octets of a header, and zeros after them.
  private static func octets(
    of header: VirtioNetHeader, _ form: VirtioNetHeader.Form
  ) -> InlineArray<24, UInt8> {
    // Not a property of an end, whose accesses would be checked at run time for each frame.
    var storage = InlineArray<24, UInt8>(repeating: 0)
    var span = storage.mutableSpan
    // SAFETY: every bit pattern is a valid octet.
    var octets = unsafe span.mutableBytes
    // Cannot fail: there is room for the longest form.
    try? header.write(to: &octets, form: form)
    return storage
  }

  /// Writes a frame that has its header before it.
  @inline(__always)
  private static func write(_ octets: RawSpan, to descriptor: Int32) -> Int {
    // SAFETY: the octets are only read inside the closure, with the count that belongs to them.
    unsafe octets.withUnsafeBytes {
      unsafe wire_write(descriptor, nil, 0, $0.baseAddress, $0.count)
    }
  }

  @inline(__always)
  private static func write(
    _ header: InlineArray<24, UInt8>, _ form: VirtioNetHeader.Form, _ frame: RawSpan,
    to descriptor: Int32
  ) -> Int {
    // SAFETY: both are only read inside the closures, with the counts that belong to them.
    unsafe header.span.withUnsafeBytes { header in
      unsafe frame.withUnsafeBytes { octets in
        unsafe wire_write(
          descriptor, header.baseAddress, form.byteCount, octets.baseAddress, octets.count)
      }
    }
  }

  /// Opens what TAP devices are made with; negative if that failed, and `errno` says why.
  static func openTAP() -> Int32 {
    // SAFETY: the string lives for the call.
    unsafe open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)
  }

  /// The index of an interface; 0 if there is none.
  static func index(of interface: String) -> UInt32 {
    // SAFETY: the string lives for the call.
    unsafe if_nametoindex(interface)
  }

  /// The MTU of an interface, in octets; negative if it is not known.
  static func mtu(of interface: String) -> Int {
    // SAFETY: the string lives for the call.
    Int(unsafe wire_interface_mtu(interface))
  }

  /// Sets the MTU of an interface.
  static func setMTU(_ mtu: Int, of interface: String) throws(WireEndError) {
    // SAFETY: the string lives for the call.
    let result = unsafe wire_interface_set_mtu(interface, Int32(clamping: mtu))
    try WireEndError.check(result, "SIOCSIFMTU", interface)
  }

  /// The text of an error of the system, with its name.
  static func text(of number: Int32) -> String {
    // SAFETY: strerror returns a C string, which is copied at once.
    let text = unsafe String(cString: strerror(number))
    // SAFETY: the result is a constant C string, or null.
    guard let name = unsafe wire_error_name(number) else { return text }
    return unsafe "\(text) (\(String(cString: name)))"
  }
}

extension WireEndError {
  /// Throws if a function of the C header returned a negative errno.
  internal static func check(
    _ result: Int32, _ call: String, _ device: String
  ) throws(WireEndError) {
    guard result < 0 else { return }
    throw .system(call: call, device: device, errno: -result)
  }
}
