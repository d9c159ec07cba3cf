import CFrontEnd
import Glibc

/// The driver's side of a queue in the memory of a ``ScriptedFrontEnd``.
@safe
final class ScriptedQueue {
  let index: Int
  let size: Int
  /// Where its parts begin in memory.
  let table: Int
  let available: Int
  let used: Int
  private(set) var kick = front_end_event()
  private(set) var call = front_end_event()
  private(set) var error = front_end_event()
  private let memory: UnsafeMutableRawPointer
  /// The next descriptor, and the next octet for buffers.
  private var nextDescriptor = 0
  private var nextOctet: Int
  var availableIndex: UInt16 = 0

  init(_ index: Int, size: Int, memory: UnsafeMutableRawPointer) {
    (self.index, self.size) = (index, size)
    unsafe self.memory = memory
    // 128 KB for each: a table, two rings and room for tables and buffers.
    table = index << 17
    available = table + 16 * size
    used = (available + 4 + 2 * size + 3) & ~3
    nextOctet = (used + 4 + 8 * size + 63) & ~63
  }

  func close() {
    for number in [kick, call, error] where number >= 0 { Glibc.close(number) }
    (kick, call, error) = (-1, -1, -1)
  }

  /// Sends what sets the queue up, but for the message that enables it.
  func setUp(_ frontEnd: ScriptedFrontEnd, base: UInt16 = 0) {
    let number = UInt32(index)
    frontEnd.send(8, words([number, UInt32(size)]))
    frontEnd.send(10, words([number, UInt32(base)]))
    frontEnd.send(9, addresses())
    frontEnd.send(12, longs([UInt64(index)]), [kick])
    frontEnd.send(13, longs([UInt64(index)]), [call])
    frontEnd.send(14, longs([UInt64(index)]), [error])
  }

  /// The body of SET_VRING_ADDR.
  func addresses(table: UInt64? = nil, used: UInt64? = nil, available: UInt64? = nil) -> [UInt8] {
    let base = ScriptedFrontEnd.userBase
    return words([UInt32(index), 0])
      + longs([
        table ?? base + UInt64(self.table), used ?? base + UInt64(self.used),
        available ?? base + UInt64(self.available), 0,
      ])
  }

  func store<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
    unsafe memory.storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
  }

  func load<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
    Number(littleEndian: unsafe memory.loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// Writes a descriptor into a table anywhere.
  func store(
    descriptor index: Int, in table: Int? = nil, address: UInt64, _ byteCount: Int,
    flags: UInt16 = 0, next: Int = 0
  ) {
    let offset = (table ?? self.table) + 16 * index
    store(address, at: offset)
    store(UInt32(truncatingIfNeeded: byteCount), at: offset + 8)
    store(flags, at: offset + 12)
    store(UInt16(truncatingIfNeeded: next), at: offset + 14)
  }

  /// Room for octets that no other buffer has until 64 KB later, as an address of the guest.
  func reserve(_ byteCount: Int) -> UInt64 {
    if nextOctet + byteCount > table + 1 << 17 { nextOctet = (used + 4 + 8 * size + 63) & ~63 }
    defer { nextOctet = (nextOctet + byteCount + 63) & ~63 }
    return ScriptedFrontEnd.guestBase + UInt64(nextOctet)
  }

  func write(_ octets: [UInt8], at address: UInt64) {
    let offset = Int(address - ScriptedFrontEnd.guestBase)
    unsafe octets.withUnsafeBytes {
      guard let base = $0.baseAddress else { return }
      unsafe (memory + offset).copyMemory(from: base, byteCount: octets.count)
    }
  }

  func read(_ byteCount: Int, at address: UInt64) -> [UInt8] {
    let offset = Int(address - ScriptedFrontEnd.guestBase)
    return unsafe Array(UnsafeRawBufferPointer(start: memory + offset, count: byteCount))
  }

  /// Makes a chain available; it is not checked.
  func offer(head: Int) {
    store(UInt16(truncatingIfNeeded: head), at: available + 4 + 2 * (Int(availableIndex) % size))
    availableIndex &+= 1
    store(availableIndex, at: available + 2)
  }

  /// The head of a new chain of buffers, in the table of the queue or in one of its own.
  func chain(
    _ buffers: [(address: UInt64, byteCount: Int)], isWritable: Bool, isIndirect: Bool = false
  ) -> Int {
    let head = nextDescriptor
    let flags: UInt16 = isWritable ? 2 : 0
    if isIndirect {
      let place = reserve(16 * buffers.count)
      let table = Int(place - ScriptedFrontEnd.guestBase)
      for (index, buffer) in buffers.enumerated() {
        let isLast = index == buffers.count - 1
        store(
          descriptor: index, in: table, address: buffer.address, buffer.byteCount,
          flags: flags | (isLast ? 0 : 1), next: index + 1)
      }
      store(descriptor: head, address: place, 16 * buffers.count, flags: 4)
      nextDescriptor = (head + 1) % size
      return head
    }
    for (index, buffer) in buffers.enumerated() {
      let isLast = index == buffers.count - 1
      store(
        descriptor: (head + index) % size, address: buffer.address, buffer.byteCount,
        flags: flags | (isLast ? 0 : 1), next: (head + index + 1) % size)
    }
    nextDescriptor = (head + buffers.count) % size
    return head
  }

  /// Sends octets, header included, in buffers of at most `part` octets.
  func transmit(_ octets: [UInt8], part: Int = .max, isIndirect: Bool = false) {
    var buffers: [(address: UInt64, byteCount: Int)] = []
    let place = reserve(octets.count)
    write(octets, at: place)
    for start in stride(from: 0, to: octets.count, by: max(1, min(part, octets.count))) {
      buffers.append((place + UInt64(start), min(part, octets.count - start)))
    }
    offer(head: chain(buffers, isWritable: false, isIndirect: isIndirect))
    signal()
  }

  /// Posts a receive buffer, and returns its head.
  @discardableResult
  func post(_ parts: [Int], isIndirect: Bool = false) -> Int {
    let head = chain(
      parts.map { (reserve($0), $0) }, isWritable: true, isIndirect: isIndirect)
    offer(head: head)
    return head
  }

  func signal() {
    var one: UInt64 = 1
    _ = unsafe Glibc.write(kick, &one, 8)
  }

  var usedIndex: UInt16 { load(UInt16.self, at: used + 2) }

  /// An entry of the used ring.
  func usedEntry(_ index: Int) -> (head: Int, byteCount: Int) {
    let offset = used + 4 + 8 * (index % size)
    return (Int(load(UInt32.self, at: offset)), Int(load(UInt32.self, at: offset + 4)))
  }

  /// The octets that the device wrote to the buffers of an entry, whose chain is in the table.
  func received(_ index: Int) -> [UInt8] {
    let entry = usedEntry(index)
    var octets: [UInt8] = []
    var place = table + 16 * entry.head
    if load(UInt16.self, at: place + 12) & 4 != 0 {
      place = Int(load(UInt64.self, at: place) - ScriptedFrontEnd.guestBase)
    }
    let start = place >= table + 16 * size ? place : table
    while octets.count < entry.byteCount {
      let count = Int(load(UInt32.self, at: place + 8))
      octets += read(
        min(count, entry.byteCount - octets.count), at: load(UInt64.self, at: place))
      guard load(UInt16.self, at: place + 12) & 1 != 0 else { break }
      place = start + 16 * Int(load(UInt16.self, at: place + 14))
    }
    return octets
  }

  /// How often the device has signalled an event since the last look.
  static func signals(_ event: Int32) -> UInt64 {
    var count: UInt64 = 0
    return unsafe Glibc.read(event, &count, 8) == 8 ? count : 0
  }
}
