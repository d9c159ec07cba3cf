internal import CLinuxWire
internal import Glibc
public import GsoEngine
public import WireFormats

/// A TAP device: the NIC of a Linux kernel whose wire is in this process.
///
/// ```swift
/// let tap = try TAP("tap0")                    // needs root, or a device that root has made
/// // ip link set tap0 up
/// try tap.process(limit: 64) { header, frame in … }
/// ```
///
/// The device is made if it does not exist, and then disappears when the end is closed. It keeps
/// working after `ip link set tap0 netns NAME`.
///
/// ``offloads`` are both what the kernel of the device leaves to this process and what it is sent.
/// Linux itself takes more than that; a caller that keeps to them treats the device as a NIC that
/// has no other offloads.
public final class TAP: OffloadSettingWireEnd, BatchSendingWireEnd {
  /// The name of the device.
  public let name: String
  /// What both sides may leave to each other.
  public private(set) var offloads: WireOffloads = []
  /// What was asked for and the kernel refuses, for example tunnels before Linux 6.17.
  public private(set) var refusedOffloads: WireOffloads = []
  /// The form of the headers.
  ///
  /// Tunnels need `VirtioNetHeader.Form.udpTunnel`.
  public let headerForm: VirtioNetHeader.Form
  /// Frames that were longer than ``WireLimits/frameByteCount`` and were dropped.
  public private(set) var tooLongCount = 0
  private var queues: [Int32] = []
  /// The queue that is read first.
  private var firstQueue = 0
  /// Empty while ``process(limit:_:)`` works with it, and after ``close()``.
  private var memory: [UInt8]

  /// Makes a TAP device or attaches to one that exists.
  ///
  /// - Parameters:
  ///   - name: Its name; `tap%d` gets a number from the kernel.
  ///   - queueCount: The number of its queues, 1 to 256.
  ///   - offloads: What is asked for; ``refusedOffloads`` says what the kernel does not take of it.
  ///   - headerForm: The form of the headers; by default the shortest for the offloads.
  ///   - mtu: The MTU to set, in octets; nil leaves it.
  /// - Throws: ``WireEndError`` with the call that failed.
  public init(
    _ name: String, queueCount: Int = 1, offloads: WireOffloads = .all,
    headerForm: VirtioNetHeader.Form? = nil, mtu: Int? = nil
  ) throws(WireEndError) {
    try WireEndError.checkInterfaceName(name)
    guard (1...WireLimits.queueCount).contains(queueCount) else {
      throw .queueCount(queueCount, limit: WireLimits.queueCount)
    }
    self.headerForm = headerForm ?? (offloads.contains(.udpTunnel) ? .udpTunnel : .modern)
    memory = [UInt8](
      repeating: 0, count: self.headerForm.byteCount + WireLimits.frameByteCount + 1)
    var opened: [Int32] = []
    do throws(WireEndError) {
      var actual = name
      for _ in 0..<queueCount {
        let descriptor = WireSystem.openTAP()
        guard descriptor >= 0 else {
          throw .system(call: "open", device: "/dev/net/tun", errno: errno)
        }
        opened.append(descriptor)
        actual = try Self.attach(descriptor, actual, isMultiQueue: queueCount > 1)
        // Before the offloads: with a shorter header than a tunnel needs, each read would fail.
        try WireEndError.check(
          wire_tun_set_header_size(descriptor, Int32(self.headerForm.byteCount)),
          "TUNSETVNETHDRSZ", actual)
      }
      self.name = actual
      queues = opened
      try setOffloads(offloads)
      if let mtu { try WireSystem.setMTU(mtu, of: actual) }
    } catch {
      for descriptor in opened { Glibc.close(descriptor) }
      queues = []
      throw error
    }
  }

  deinit { for descriptor in queues { Glibc.close(descriptor) } }

  /// The descriptors of all queues; empty once the end is closed.
  public var descriptors: [Int32] { queues }

  /// Sets what both sides may leave to each other: `TUNSETOFFLOAD`.
  ///
  /// The kernel does not say which of several it refuses, so smaller sets are tried one after the
  /// other; ``refusedOffloads`` has the difference.
  @discardableResult
  public func setOffloads(_ offloads: WireOffloads) throws(WireEndError) -> WireOffloads {
    guard let descriptor = queues.first else { return self.offloads }
    let isLong = headerForm == .udpTunnel
    let asked = (isLong ? offloads : offloads.subtracting([.udpTunnel, .udpTunnelChecksum])).usable
    var result: Int32 = 0
    for rung in asked.ladder {
      result = wire_tun_set_offload(descriptor, rung.tunMask)
      guard result != -EINVAL else { continue }
      try WireEndError.check(result, "TUNSETOFFLOAD", name)
      self.offloads = rung
      refusedOffloads = offloads.usable.subtracting(rung)
      return rung
    }
    throw .system(call: "TUNSETOFFLOAD", device: name, errno: -result)
  }

  /// Takes frames that the kernel has sent.
  ///
  /// - Parameters:
  ///   - limit: The largest number of frames to take, from all queues together.
  ///   - body: Called with each frame and its header. From within it, the call takes nothing.
  /// - Returns: The number of frames.
  /// - Throws: ``WireEndError/gone(device:)`` if the device was deleted.
  /// - Complexity: O(*n*) in the octets. Does not allocate.
  public func process(
    limit: Int, _ body: (VirtioNetHeader, RawSpan) -> Void
  ) throws(WireEndError) -> Int {
    // From within a call the memory is lent, and there is nothing to read into.
    var memory: [UInt8] = []
    swap(&memory, &self.memory)
    guard !memory.isEmpty else { return 0 }
    defer { if !queues.isEmpty { swap(&memory, &self.memory) } }
    var count = 0
    for index in queues.indices where count < limit {
      let queue = (firstQueue + index) % queues.count
      count += try read(queues[queue], limit: limit - count, into: &memory, body)
      // The receiver of a frame may close the end.
      guard !queues.isEmpty else { return count }
    }
    firstQueue = (firstQueue + 1) % queues.count
    return count
  }

  private func read(
    _ descriptor: Int32, limit: Int, into memory: inout [UInt8],
    _ body: (VirtioNetHeader, RawSpan) -> Void
  ) throws(WireEndError) -> Int {
    let headerLength = headerForm.byteCount
    var count = 0
    while count < limit, !queues.isEmpty {
      let length = memory.read(from: descriptor)
      guard length >= 0 else {
        switch -length {
        case Int(EAGAIN), Int(EIO): return count
        default: throw failure("read", Int32(-length))
        }
      }
      guard length >= headerLength else { continue }
      guard length - headerLength <= WireLimits.frameByteCount else {
        tooLongCount += 1
        continue
      }
      count += 1
      // Cannot fail: the header is there.
      guard let header = try? VirtioNetHeader(parsing: memory.octets, form: headerForm) else {
        continue
      }
      body(header, memory.octets.extracting(headerLength..<length))
    }
    return count
  }

  /// Sends a frame to the kernel.
  ///
  /// The frames of a flow go to the same queue.
  ///
  /// - Parameters:
  ///   - header: What is left to the kernel.
  ///   - frame: The octets of the frame.
  /// - Returns: ``WireSendResult/notReady`` if the device is down.
  /// - Throws: ``WireEndError/gone(device:)`` if the device was deleted.
  /// - Complexity: O(*n*) in the octets. Does not allocate.
  public func send(
    _ header: VirtioNetHeader, _ frame: RawSpan
  ) throws(WireEndError) -> WireSendResult {
    guard !queues.isEmpty else { return .notReady }
    guard frame.byteCount <= WireLimits.frameByteCount else {
      return .tooLong(byteCount: frame.byteCount, limit: WireLimits.frameByteCount)
    }
    let result = WireSystem.write(header, headerForm, frame, to: queue(for: frame))
    guard result < 0 else { return .sent }
    return try self.result(Int32(-result), byteCount: frame.byteCount)
  }

  /// Sends frames to the kernel that leave nothing to it.
  ///
  /// - Parameters:
  ///   - frames: Whole frames, each from its Ethernet header.
  ///   - sent: The index of the first frame to send; afterwards, of the one after the last that was
  ///     sent.
  /// - Returns: Why the frame at `sent` was dropped, if that is one.
  /// - Throws: ``WireEndError/gone(device:)`` if the device was deleted.
  /// - Complexity: O(*n*) in the octets. Does not allocate.
  public func send(
    _ frames: FrameBatch, sent: inout Int
  ) throws(WireEndError) -> WireSendResult {
    sent = max(0, sent)
    while sent < frames.count {
      guard !queues.isEmpty else { return .notReady }
      // The frames of a flow go to the same queue, and a batch may have several flows.
      let end = queues.count == 1 ? frames.count : sent + 1
      let number = WireSystem.write(
        frames, before: end, headerForm, to: queue(for: frames[sent]), written: &sent)
      guard sent < end else { continue }
      return try result(
        number == 0 ? EMSGSIZE : number, byteCount: frames.range(of: sent).count)
    }
    return .sent
  }

  /// The descriptor that a frame is written to.
  private func queue(for frame: RawSpan) -> Int32 {
    queues[queues.count == 1 ? 0 : FlowHash.value(of: frame) % queues.count]
  }

  /// What it means that a frame was not written; throws if the device is of no use any more.
  private func result(_ number: Int32, byteCount: Int) throws(WireEndError) -> WireSendResult {
    switch number {
    case EAGAIN, ENOBUFS, ENOMEM: return .noRoom
    // The device is down.
    case EIO: return .notReady
    case EINVAL: return .refused(errno: EINVAL)
    case EMSGSIZE: return .tooLong(byteCount: byteCount, limit: WireLimits.frameByteCount)
    default: throw failure("write", number)
    }
  }

  /// Closes the descriptors; a device that was made disappears.
  public func close() {
    for descriptor in queues { Glibc.close(descriptor) }
    queues = []
    memory = []
  }

  /// Closes the end, and returns the error to throw.
  private func failure(_ call: String, _ number: Int32) -> WireEndError {
    close()
    // What the descriptors of a device that was deleted answer.
    return number == EBADFD || number == EFAULT
      ? .gone(device: name) : .system(call: call, device: name, errno: number)
  }
}
