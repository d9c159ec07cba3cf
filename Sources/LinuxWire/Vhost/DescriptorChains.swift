/// The buffers of the chains of one frame, copied from descriptors that the guest may change.
///
/// The number of descriptors of a frame is limited, so that neither loops nor long chains cost more
/// than that. The memory for buffers is kept from frame to frame.
internal struct DescriptorChains {
  /// The most descriptors of all chains of one frame, indirect ones and their tables included.
  static let maximumDescriptorCount = 1_024

  private(set) var buffers: [GuestBuffer] = []
  /// Octets of all buffers.
  private(set) var byteCount = 0
  private var descriptorCount = 0
  /// Whether the device is to write the buffers, as in a receive queue.
  let isWritable: Bool
  let queue: Int

  init(isWritable: Bool, queue: Int) {
    (self.isWritable, self.queue) = (isWritable, queue)
    buffers.reserveCapacity(64)
  }

  /// Starts with another frame.
  mutating func reset() {
    buffers.removeAll(keepingCapacity: true)
    (byteCount, descriptorCount) = (0, 0)
  }

  /// Adds the buffers of one chain.
  ///
  /// - Throws: ``VhostUserFault`` with what is wrong with the chain.
  /// - Complexity: O(*n*) in the number of descriptors, at most ``maximumDescriptorCount``.
  mutating func append(
    head: Int, of rings: VirtqueueRings, takesIndirect: Bool
  ) throws(VhostUserFault) {
    guard let first = rings.table.descriptor(head) else {
      throw .headIndex(queue: queue, index: head, size: rings.size)
    }
    var table = rings.table
    var descriptor = first
    var isInTable = false
    while true {
      try count()
      if descriptor.isIndirect {
        guard takesIndirect, !isInTable, !descriptor.hasNext else {
          throw .indirectDescriptor(queue: queue, flags: descriptor.flags)
        }
        table = try indirectTable(descriptor, rings.memory)
        guard let start = table.descriptor(0) else {
          throw .indirectTableSize(queue: queue, byteCount: descriptor.byteCount)
        }
        (descriptor, isInTable) = (start, true)
        continue
      }
      try append(descriptor, rings.memory)
      guard descriptor.hasNext else { return }
      guard let next = table.descriptor(descriptor.next) else {
        throw .nextIndex(queue: queue, index: descriptor.next, size: table.count)
      }
      descriptor = next
    }
  }

  private mutating func count() throws(VhostUserFault) {
    descriptorCount += 1
    guard descriptorCount <= Self.maximumDescriptorCount else {
      throw .chainTooLong(queue: queue, limit: Self.maximumDescriptorCount)
    }
  }

  private func indirectTable(
    _ descriptor: VirtqueueDescriptor, _ memory: GuestMemory
  ) throws(VhostUserFault) -> DescriptorTable {
    let byteCount = descriptor.byteCount
    guard byteCount > 0, byteCount % 16 == 0, byteCount / 16 <= Self.maximumDescriptorCount else {
      throw .indirectTableSize(queue: queue, byteCount: byteCount)
    }
    let fault = VhostUserFault.indirectTableAddress(
      queue: queue, address: descriptor.address, byteCount: byteCount)
    guard let octets = memory.buffer(at: descriptor.address, atMost: byteCount),
      octets.byteCount == byteCount
    else { throw fault }
    // SAFETY: the address is only looked at; then the table has 16 octets for each descriptor.
    guard unsafe UInt(bitPattern: octets.pointer) % 8 == 0 else { throw fault }
    return unsafe DescriptorTable(entries: octets.pointer, count: byteCount / 16)
  }

  /// Adds the buffer of one descriptor, which may go on in the next region.
  private mutating func append(
    _ descriptor: VirtqueueDescriptor, _ memory: GuestMemory
  ) throws(VhostUserFault) {
    guard descriptor.isWritable == isWritable else {
      throw .bufferDirection(queue: queue, isWritable: descriptor.isWritable)
    }
    var (address, rest) = (descriptor.address, descriptor.byteCount)
    while rest > 0 {
      guard let buffer = memory.buffer(at: address, atMost: rest) else {
        throw .bufferAddress(
          queue: queue, address: descriptor.address, byteCount: descriptor.byteCount)
      }
      buffers.append(buffer)
      address &+= UInt64(buffer.byteCount)
      rest -= buffer.byteCount
    }
    byteCount += descriptor.byteCount
  }
}
