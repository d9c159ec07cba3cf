internal import CLinuxWire
internal import Glibc
public import GsoEngine
public import WireFormats

/// A packet socket with virtio-net headers on an interface that exists: a veth, the TAP device of
/// an emulator, a card.
///
/// ```swift
/// let end = try PacketSocket("veth0")          // needs CAP_NET_RAW
/// try end.process(limit: 64) { header, frame in … }
/// ```
///
/// The end receives what the interface receives, and sends through it; what the kernel itself sends
/// there is ignored. A frame that the kernel has merged or left unsegmented comes in one piece,
/// with its header. VLAN tags that the kernel takes out of frames are put back.
///
/// ### Tunnels
///
/// The header of packet sockets has no fields for tunnels. The kernel sends super-frames in UDP
/// tunnels, such as VXLAN, with the header of their inner packet, and the end describes the tunnel
/// as a TAP device with the long header does. The kernel takes no such frames (`EINVAL`): the
/// tunnels are no members of ``possibleOffloads``. Super-frames in other tunnels, such as GRE, also
/// have the header of their inner packet, which does not fit; a bridge counts and drops them.
public final class PacketSocket: OffloadSettingWireEnd, BatchSendingWireEnd {
  /// What the kernel takes: everything that a virtio-net header of 10 octets can say.
  ///
  /// The kernel segments in software what the interface cannot.
  public static let possibleOffloads: WireOffloads = [.checksum, .tcpv4, .tcpv6, .ecn, .udp]

  /// The name of the interface.
  public let name: String
  /// What frames to send may leave to the kernel.
  public private(set) var offloads: WireOffloads
  /// Frames that were longer than ``WireLimits/frameByteCount`` and were dropped.
  public private(set) var tooLongCount = 0
  private static let form = VirtioNetHeader.Form.legacy
  /// Octets before the first tag: two addresses.
  private static let addressByteCount = 12
  private var descriptor: Int32
  /// Empty while ``process(limit:_:)`` works with it, and after ``close()``.
  ///
  /// It has room for a tag before the frame.
  private var memory: [UInt8]

  /// Opens a socket on an interface.
  ///
  /// - Parameters:
  ///   - name: The interface, in the network namespace of this process.
  ///   - offloads: What frames to send may leave to the kernel.
  /// - Throws: ``WireEndError`` with the call that failed.
  public init(
    _ name: String, offloads: WireOffloads = PacketSocket.possibleOffloads
  ) throws(WireEndError) {
    try WireEndError.checkInterfaceName(name)
    let index = WireSystem.index(of: name)
    guard index != 0 else { throw .system(call: "if_nametoindex", device: name, errno: errno) }
    self.name = name
    self.offloads = offloads.intersection(Self.possibleOffloads).usable
    memory = [UInt8](
      repeating: 0, count: Self.form.byteCount + WireLimits.frameByteCount + VLANTag.byteCount)
    descriptor = wire_packet_socket()
    try WireEndError.check(descriptor, "socket", name)
    do throws(WireEndError) {
      try WireEndError.check(wire_packet_use_headers(descriptor), "PACKET_VNET_HDR", name)
      try WireEndError.check(wire_packet_use_tags(descriptor), "PACKET_AUXDATA", name)
      try WireEndError.check(
        wire_packet_ignore_outgoing(descriptor), "PACKET_IGNORE_OUTGOING", name)
      try WireEndError.check(wire_packet_join_all(descriptor, index), "PACKET_ADD_MEMBERSHIP", name)
      try WireEndError.check(wire_packet_bind(descriptor, index), "bind", name)
    } catch {
      close()
      throw error
    }
  }

  deinit { close() }

  /// The socket; empty once the end is closed.
  public var descriptors: [Int32] { descriptor < 0 ? [] : [descriptor] }

  /// Sets what frames to send may leave to the kernel.
  ///
  /// What the kernel leaves to this side does not change: that is up to the sender's interface.
  @discardableResult
  public func setOffloads(_ offloads: WireOffloads) -> WireOffloads {
    self.offloads = offloads.intersection(Self.possibleOffloads).usable
    return self.offloads
  }

  /// Takes frames that the interface has received.
  ///
  /// - Parameters:
  ///   - limit: The largest number of frames to take.
  ///   - body: Called with each frame and its header. From within it, the call takes nothing.
  /// - Returns: The number of frames.
  /// - Throws: ``WireEndError/gone(device:)`` if the interface was deleted or moved.
  /// - Complexity: O(*n*) in the octets. Does not allocate.
  public func process(
    limit: Int, _ body: (VirtioNetHeader, RawSpan) -> Void
  ) throws(WireEndError) -> Int {
    // From within a call the memory is lent, and there is nothing to read into.
    var memory: [UInt8] = []
    swap(&memory, &self.memory)
    guard !memory.isEmpty else { return 0 }
    defer { if descriptor >= 0 { swap(&memory, &self.memory) } }
    let headerLength = Self.form.byteCount
    var count = 0
    while count < limit, descriptor >= 0 {
      var tag = wire_packet_tag()
      let length = memory.receive(from: descriptor, at: VLANTag.byteCount, tag: &tag)
      guard length >= 0 else {
        if length == -Int(EAGAIN) { return count }
        try checkInterface("recvmsg", Int32(-length))
        return count
      }
      guard length >= headerLength else { continue }
      guard length - headerLength <= WireLimits.frameByteCount else {
        tooLongCount += 1
        continue
      }
      count += 1
      let start = VLANTag.byteCount
      guard
        var header = try? VirtioNetHeader(
          parsing: memory.octets.extracting(start..<start + headerLength), form: Self.form)
      else { continue }
      let frame = start + headerLength..<start + length
      guard tag.is_present != 0, frame.count >= Self.addressByteCount else {
        header.describeTunnel(of: memory.octets.extracting(frame))
        body(header, memory.octets.extracting(frame))
        continue
      }
      Self.insert(tag, before: frame, in: &memory, &header)
      let tagged = frame.lowerBound - start..<frame.upperBound
      header.describeTunnel(of: memory.octets.extracting(tagged))
      body(header, memory.octets.extracting(tagged))
    }
    return count
  }

  /// Puts a tag after the addresses of a frame, which moves to the front.
  private static func insert(
    _ tag: wire_packet_tag, before frame: Range<Int>, in memory: inout [UInt8],
    _ header: inout VirtioNetHeader
  ) {
    let addresses = Self.addressByteCount
    let start = frame.lowerBound - VLANTag.byteCount
    for index in start..<start + addresses { memory[index] = memory[index + VLANTag.byteCount] }
    memory.withMutableOctets {
      $0.setNetworkOrder(tag.type, at: start + addresses)
      $0.setNetworkOrder(tag.control, at: start + addresses + 2)
    }
    let added = UInt16(VLANTag.byteCount)
    if header.headerLength != 0 { header.headerLength = header.headerLength &+ added }
    if header.flags.contains(.needsChecksum) {
      header.checksumStart = header.checksumStart &+ added
    }
  }

  /// Sends a frame through the interface.
  ///
  /// - Parameters:
  ///   - header: What is left to the kernel.
  ///   - frame: The octets of the frame.
  /// - Returns: ``WireSendResult/notReady`` if the interface is down.
  /// - Throws: ``WireEndError/gone(device:)`` if the interface was deleted or moved.
  /// - Complexity: O(*n*) in the octets. Does not allocate.
  public func send(
    _ header: VirtioNetHeader, _ frame: RawSpan
  ) throws(WireEndError) -> WireSendResult {
    guard descriptor >= 0 else { return .notReady }
    guard frame.byteCount <= WireLimits.frameByteCount else {
      return .tooLong(byteCount: frame.byteCount, limit: WireLimits.frameByteCount)
    }
    let result = WireSystem.write(header, Self.form, frame, to: descriptor)
    guard result < 0 else { return .sent }
    return try self.result(Int32(-result), byteCount: frame.byteCount)
  }

  /// Sends frames through the interface that leave nothing to the kernel.
  ///
  /// - Parameters:
  ///   - frames: Whole frames, each from its Ethernet header.
  ///   - sent: The index of the first frame to send; afterwards, of the one after the last that was
  ///     sent.
  /// - Returns: Why the frame at `sent` was dropped, if that is one.
  /// - Throws: ``WireEndError/gone(device:)`` if the interface was deleted or moved.
  /// - Complexity: O(*n*) in the octets. Does not allocate.
  public func send(
    _ frames: FrameBatch, sent: inout Int
  ) throws(WireEndError) -> WireSendResult {
    sent = max(0, sent)
    guard sent < frames.count else { return .sent }
    guard descriptor >= 0 else { return .notReady }
    let number = WireSystem.write(
      frames, before: frames.count, Self.form, to: descriptor, written: &sent)
    guard sent < frames.count else { return .sent }
    let byteCount = frames.range(of: sent).count
    guard number != 0 else {
      return .tooLong(byteCount: byteCount, limit: WireLimits.frameByteCount)
    }
    return try result(number, byteCount: byteCount)
  }

  /// What it means that a frame was not written; throws if the end is of no use any more.
  private func result(_ number: Int32, byteCount: Int) throws(WireEndError) -> WireSendResult {
    switch number {
    case EAGAIN, ENOBUFS, ENOMEM: return .noRoom
    case EINVAL: return .refused(errno: EINVAL)
    case EMSGSIZE:
      return .tooLong(byteCount: byteCount, limit: max(0, WireSystem.mtu(of: name)))
    default:
      try checkInterface("write", number)
      return .notReady
    }
  }

  /// Closes the socket.
  public func close() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
    memory = []
  }

  /// Does nothing for an interface that is down; closes the end and throws if it was deleted, or
  /// moved to another namespace.
  private func checkInterface(_ call: String, _ number: Int32) throws(WireEndError) {
    if number == ENETDOWN || number == ENXIO || number == ENODEV {
      if wire_packet_is_bound(descriptor) > 0 { return }
      close()
      throw .gone(device: name)
    }
    close()
    throw .system(call: call, device: name, errno: number)
  }
}
