import CFrontEnd
import Glibc
import LinuxWire
import WireFormats
import XCTest

/// A front end of vhost-user in this process: says anything, and has memory of its own to put
/// anything into.
///
/// No message waits, because both sides have one thread.
@safe
final class ScriptedFrontEnd {
  /// Where the guest sees the memory, and where the front end says that it is itself.
  static let guestBase: UInt64 = 0x4000_0000
  static let userBase: UInt64 = 0x7F00_0000_0000
  /// Everything that a back end can offer for one queue pair, with the protocol features.
  static let allFeatures: UInt64 =
    1 << 32 | 1 << 30 | 1 << 28 | 1 << 15 | 0x3B83 | 7 << 54
  static let octetCount = 4 << 20

  let backend: VhostUserBackend
  private(set) var socket: Int32
  private(set) var file: Int32
  let memory: UnsafeMutableRawPointer
  var queues: [ScriptedQueue] = []
  private(set) var faults: [VhostUserFault] = []
  /// The messages that were sent: the request, and the number of descriptors.
  private(set) var messages: [(request: UInt32, descriptors: Int)] = []
  /// The frames that the back end took.
  var taken: [(header: VirtioNetHeader, frame: [UInt8])] = []

  init(_ configuration: VhostUserConfiguration = .init()) throws {
    let pair = socketPair()
    socket = pair[0]
    backend = try VhostUserBackend(connection: pair[1], configuration: configuration)
    file = front_end_memory()
    ftruncate(file, Self.octetCount)
    let mapped = unsafe mmap(
      nil, Self.octetCount, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    unsafe memory = try XCTUnwrap(mapped)
    backend.onFault = { [unowned self] in faults.append($0) }
  }

  deinit {
    backend.close()
    disconnect()
    closeFile()
    for queue in queues { queue.close() }
    unsafe munmap(memory, Self.octetCount)
  }

  func disconnect() {
    if socket >= 0 { close(socket) }
    socket = -1
  }

  func closeFile() {
    if file >= 0 { close(file) }
    file = -1
  }

  /// Lets the back end work, and keeps what it took.
  @discardableResult
  func pump(limit: Int = 1_000) throws -> Int {
    try backend.process(limit: limit) { header, frame in
      taken.append((header, array(frame)))
    }
  }

  /// Sends a frame to the guest.
  func give(_ frame: [UInt8], _ header: VirtioNetHeader = .init()) throws -> WireSendResult {
    try LinuxWireTests.give(backend, header, frame)
  }

  /// Sends a message of any kind.
  func send(
    _ request: UInt32, flags: UInt32 = 1, _ body: [UInt8] = [], length: UInt32? = nil,
    _ descriptors: [Int32] = []
  ) {
    messages.append((request, descriptors.count))
    let octets =
      words([request, flags, length ?? UInt32(body.count)]) + body
    sendRaw(octets, descriptors)
  }

  func sendRaw(_ octets: [UInt8], _ descriptors: [Int32] = []) {
    _ = unsafe front_end_send(socket, octets, octets.count, descriptors, Int32(descriptors.count))
  }

  /// The octets that the back end has sent.
  func received() -> [UInt8] { octets(from: socket) }

  /// Sends a message, lets the back end work, and returns the number in its reply.
  func ask(_ request: UInt32, _ body: [UInt8] = [], _ descriptors: [Int32] = []) throws -> UInt64? {
    send(request, body, descriptors)
    try pump()
    let reply = received()
    guard reply.count == 20, Array(reply.prefix(12)) == words([request, 5, 8]) else { return nil }
    return (0..<8).reduce(0) { $0 | UInt64(reply[12 + $1]) << UInt64(8 * $1) }
  }

  /// The memory table: one region, or several that follow each other.
  func memoryTable(regions: Int = 1) -> [UInt8] {
    let size = UInt64(Self.octetCount / regions)
    var body = words([UInt32(regions), 0])
    for index in 0..<UInt64(regions) {
      body += longs([
        Self.guestBase + index * size, size, Self.userBase + index * size, index * size,
      ])
    }
    return body
  }

  /// The whole dialogue, up to queues that run.
  func connect(
    features: UInt64 = allFeatures, protocolFeatures: UInt64 = 0b101001, regions: Int = 1,
    size: Int = 256
  ) throws {
    send(3)
    _ = try ask(1)
    send(2, longs([features]))
    if features >> 30 & 1 == 1 {
      _ = try ask(15)
      send(16, longs([protocolFeatures]))
    }
    send(5, memoryTable(regions: regions), [Int32](repeating: file, count: regions))
    let count = 2 * backend.configuration.queuePairCount
    for index in 0..<count {
      let queue = unsafe ScriptedQueue(index, size: size, memory: memory)
      queues.append(queue)
      queue.setUp(self)
      // The kernel takes few messages with descriptors at once.
      try pump(limit: 0)
    }
    try pump(limit: 0)
    for queue in queues where features >> 30 & 1 == 1 {
      send(18, words([UInt32(queue.index), 1]))
    }
    try pump(limit: 0)
  }
}

/// Little-endian words of 32 bits.
func words(_ numbers: [UInt32]) -> [UInt8] {
  numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
}

/// Little-endian words of 64 bits.
func longs(_ numbers: [UInt64]) -> [UInt8] {
  numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
}

/// The number of file descriptors that this process has open.
func openDescriptorCount() -> Int {
  (0..<1_024).count { fcntl($0, F_GETFD) >= 0 }
}

/// A connected pair of sockets.
func socketPair() -> [Int32] {
  var pair: [Int32] = [-1, -1]
  _ = unsafe front_end_pair(&pair)
  return pair
}

/// What can be read from a socket at present.
func octets(from socket: Int32) -> [UInt8] {
  var octets = [UInt8](repeating: 0, count: 4_096)
  let count = unsafe front_end_receive(socket, &octets, octets.count)
  return Array(octets.prefix(max(0, count)))
}

/// A copy of borrowed octets.
func array(_ octets: RawSpan) -> [UInt8] {
  unsafe octets.withUnsafeBytes { unsafe Array($0) }
}

/// Sends a frame that is held as an array.
func give(
  _ end: any WireEnd, _ header: VirtioNetHeader, _ frame: [UInt8]
) throws -> WireSendResult {
  // SAFETY: octets have no other form than their own.
  try unsafe end.send(header, frame.span.bytes)
}

/// Connects to a path as a front end does.
func connect(_ path: String) throws -> Int32 {
  let number = unsafe front_end_connect(path)
  guard number >= 0 else {
    throw WireEndError.system(call: "connect", device: path, errno: -number)
  }
  return number
}
