/// A queue of octets in one growing allocation: written at the tail, read and released at the head.
///
/// It holds the unparsed input of the reader, and the undrained output of the writers. Once the
/// allocation has reached its working size, nothing here allocates.
///
/// This is one of the two files of the module that use unsafe constructs; the other one is
/// `RawSpan+Octets.swift`.
@safe
struct OctetBuffer: ~Copyable {
  private var storage: UnsafeMutableRawBufferPointer
  private var head = 0
  private var tail = 0

  /// Makes an empty buffer; a capacity of 0 allocates nothing yet.
  init(capacity: Int) {
    // SAFETY: either no storage of no octets, or one that `deinit` releases.
    if capacity == 0 {
      unsafe storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    } else {
      unsafe storage = .allocate(byteCount: capacity, alignment: 16)
    }
  }

  deinit { unsafe storage.deallocate() }

  /// Octets the storage has room for.
  private var capacity: Int {
    // SAFETY: the count is a plain number; no memory is touched.
    unsafe storage.count
  }

  /// Octets that were written and not yet consumed.
  var count: Int { tail - head }

  /// The octets from head to tail, valid until the next change to the buffer.
  var bytes: RawSpan {
    @_lifetime(borrow self)
    borrowing get {
      // SAFETY: head <= tail <= storage.count, all octets between them were written, and the
      // storage lives as long as `self`, to whose borrow the span is tied.
      let live = unsafe UnsafeRawBufferPointer(rebasing: storage[head..<tail])
      return unsafe _overrideLifetime(RawSpan(_unsafeBytes: live), borrowing: self)
    }
  }

  /// Releases the first `byteCount` octets, which must not be more than there are.
  mutating func consume(_ byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= count, "consuming octets that are not there")
    head += byteCount
    if head == tail { (head, tail) = (0, 0) }
  }

  /// Lets `body` change the last `byteCount` octets, which must not be more than there are.
  mutating func edit(_ byteCount: Int, _ body: (inout MutableRawSpan) -> Void) {
    precondition(byteCount >= 0 && byteCount <= count, "changing octets that are not there")
    // SAFETY: head <= tail - byteCount, so all of these octets were written, and no other code can
    // reach them while `self` is being mutated.
    let last = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[(tail - byteCount)..<tail])
    var span = unsafe MutableRawSpan(_unsafeBytes: last)
    body(&span)
  }

  /// Lets `body` change the octets in `range`, counted from the head, which must be there.
  mutating func edit<Result>(
    _ range: Range<Int>, _ body: (inout MutableRawSpan) -> Result
  ) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "changing absent octets")
    let place = (head + range.lowerBound)..<(head + range.upperBound)
    // SAFETY: head <= place <= tail, so all of these octets were written, and no other code can
    // reach them while `self` is being mutated.
    let octets = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[place])
    var span = unsafe MutableRawSpan(_unsafeBytes: octets)
    return body(&span)
  }

  /// Replaces the integer at `offset`, counted from the head, which must be there.
  mutating func replace<Value>(at offset: Int, with value: Value, _ order: ByteOrder)
  where Value: FixedWidthInteger & BitwiseCopyable {
    let stored = order == .bigEndian ? value.bigEndian : value.littleEndian
    edit(offset..<offset + MemoryLayout<Value>.size) {
      $0.storeBytes(of: stored, toByteOffset: 0, as: Value.self)
    }
  }

  /// Takes back the last `byteCount` octets, which must not be more than there are.
  mutating func removeLast(_ byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= count, "taking back octets that are not there")
    tail -= byteCount
  }

  /// Copies `octets` to the tail.
  mutating func append(_ octets: RawSpan) {
    let byteCount = octets.byteCount
    guard byteCount > 0 else { return }
    makeRoom(for: byteCount)
    unsafe octets.withUnsafeBytes { source in
      // SAFETY: `makeRoom` left at least `byteCount` octets after the tail, and a caller cannot
      // hold a span into this buffer while it is being mutated, so the two do not overlap.
      unsafe UnsafeMutableRawBufferPointer(rebasing: storage[tail...]).copyMemory(from: source)
    }
    tail += byteCount
  }

  /// Writes one integer to the tail, in the given order.
  mutating func append<Value>(_ value: Value, _ order: ByteOrder)
  where Value: FixedWidthInteger & BitwiseCopyable {
    makeRoom(for: MemoryLayout<Value>.size)
    let stored = order == .bigEndian ? value.bigEndian : value.littleEndian
    // SAFETY: `makeRoom` left room for the value; `storeBytes` asks for no alignment.
    unsafe storage.storeBytes(of: stored, toByteOffset: tail, as: Value.self)
    tail += MemoryLayout<Value>.size
  }

  /// Writes four integers to the tail, in the given order: the header of a record of pcap.
  mutating func append(
    _ first: UInt32, _ second: UInt32, _ third: UInt32, _ fourth: UInt32, _ order: ByteOrder
  ) {
    makeRoom(for: 16)
    let (low, high): (UInt64, UInt64)
    if order == .littleEndian {
      low = (UInt64(first) | UInt64(second) << 32).littleEndian
      high = (UInt64(third) | UInt64(fourth) << 32).littleEndian
    } else {
      low = (UInt64(first) << 32 | UInt64(second)).bigEndian
      high = (UInt64(third) << 32 | UInt64(fourth)).bigEndian
    }
    // SAFETY: `makeRoom` left room for 16 octets; `storeBytes` asks for no alignment.
    unsafe storage.storeBytes(of: low, toByteOffset: tail, as: UInt64.self)
    unsafe storage.storeBytes(of: high, toByteOffset: tail + 8, as: UInt64.self)
    tail += 16
  }

  /// Writes `byteCount` zero octets to the tail.
  mutating func appendZeros(_ byteCount: Int) {
    guard byteCount > 0 else { return }
    makeRoom(for: byteCount)
    for offset in 0..<byteCount {
      // SAFETY: `makeRoom` left room for `byteCount` octets after the tail.
      unsafe storage.storeBytes(of: 0, toByteOffset: tail + offset, as: UInt8.self)
    }
    tail += byteCount
  }

  /// Lets `body` write at the tail, with room for at least `minimumRoom` octets.
  ///
  /// What `body` wrote before it throws stays in the buffer.
  ///
  /// - Returns: How many octets were written.
  mutating func fill<Failure>(
    minimumRoom: Int, _ body: (inout OutputRawSpan) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    makeRoom(for: minimumRoom)
    // SAFETY: tail <= storage.count; everything after the tail is free, and `output` counts what
    // was initialised there, so the tail never passes octets that were not written.
    let room = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[tail...])
    var output = unsafe OutputRawSpan(buffer: room, initializedCount: 0)
    var failure: Failure?
    do throws(Failure) { try body(&output) } catch { failure = error }
    let written = unsafe output.finalize(for: room)
    tail += written
    if let failure { throw failure }
    return written
  }

  /// Makes room for `byteCount` octets after the tail, by moving the live octets to the front
  /// where that is cheap, else by growing.
  ///
  /// Moving waits until at least as many octets were consumed as have to be moved, so that each
  /// octet is moved once on average, however few octets come in at a time.
  @inline(__always)
  private mutating func makeRoom(for byteCount: Int) {
    if capacity - tail < byteCount { moveOrGrow(for: byteCount) }
  }

  /// Inlined, this would hide the one comparison that it takes nearly always.
  @inline(never)
  private mutating func moveOrGrow(for byteCount: Int) {
    let live = count
    let fits = capacity - live >= byteCount
    if fits && head >= live {
      // SAFETY: source and target lie inside the storage; head >= live keeps them apart.
      unsafe UnsafeMutableRawBufferPointer(rebasing: storage[..<live])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[head..<tail]))
    } else {
      let larger = max(capacity * 2, live + byteCount)
      // SAFETY: the new storage has room for the live octets, and the old one is released once.
      let grown = UnsafeMutableRawBufferPointer.allocate(byteCount: larger, alignment: 16)
      unsafe grown.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[head..<tail]))
      unsafe storage.deallocate()
      unsafe storage = grown
    }
    (head, tail) = (0, live)
  }
}

// What the two writers share.
extension OctetBuffer {
  /// Hands everything to `sink` at once, and forgets it if `sink` returns.
  mutating func drain<Failure>(_ sink: (RawSpan) throws(Failure) -> Void) throws(Failure) {
    guard count > 0 else { return }
    try sink(bytes)
    consume(count)
  }

  /// Takes everything as an array.
  mutating func take() -> [UInt8] {
    let octets = bytes.copied()
    consume(count)
    return octets
  }
}
