internal import CLinuxWire

/// The three parts of a split virtqueue in guest memory (VIRTIO 1.3, section 2.7).
///
/// Every function reads or writes one field, once. Indices are those of the caller and are taken
/// modulo the size, so no call leaves the rings.
@safe
internal struct VirtqueueRings {
  /// Addresses as the front end sees them.
  struct Addresses {
    let descriptorTable: UInt64
    let usedRing: UInt64
    let availableRing: UInt64
  }

  /// The rings are in this memory, which stays mapped as long as they are used.
  let memory: GuestMemory
  /// Number of descriptors: a power of two.
  let size: Int
  /// The table, for chains.
  let table: DescriptorTable
  private let available: UnsafeMutableRawPointer
  private let used: UnsafeMutableRawPointer

  /// - Throws: ``VhostUserFault/ringAddress(queue:part:address:)`` or
  ///   ``VhostUserFault/ringAlignment(queue:part:address:)``.
  init(
    _ addresses: Addresses, size: Int, queue: Int, in memory: GuestMemory
  ) throws(VhostUserFault) {
    func part(
      _ part: VhostUserRing, _ address: UInt64, _ byteCount: Int, alignment: UInt
    ) throws(VhostUserFault) -> UnsafeMutableRawPointer {
      guard let ring = memory.ring(at: address, byteCount: byteCount) else {
        throw .ringAddress(queue: queue, part: part, address: address)
      }
      // SAFETY: the address is only looked at.
      guard unsafe UInt(bitPattern: ring.pointer) % alignment == 0 else {
        throw .ringAlignment(queue: queue, part: part, address: address)
      }
      return unsafe ring.pointer
    }
    (self.memory, self.size) = (memory, size)
    // SAFETY: each part has the octets that its fields need, which are checked here, at its
    // alignment.
    let entries = try unsafe part(
      .descriptorTable, addresses.descriptorTable, 16 * size, alignment: 16)
    table = unsafe DescriptorTable(entries: entries, count: size)
    unsafe available = try part(
      .availableRing, addresses.availableRing, 4 + 2 * size, alignment: 2)
    unsafe used = try part(.usedRing, addresses.usedRing, 4 + 8 * size, alignment: 4)
  }

  /// The index up to which the driver has made chains available.
  var availableIndex: UInt16 {
    // SAFETY: the ring has at least 4 octets.
    UInt16(littleEndian: unsafe vhost_load16(available + 2))
  }

  /// The head of a chain in the available ring.
  func head(_ index: UInt16) -> Int {
    // SAFETY: the ring has 2 octets for each entry after its first 4.
    Int(UInt16(littleEndian: unsafe vhost_load16(available + 4 + 2 * (Int(index) % size))))
  }

  /// Whether the driver wants no notifications at present.
  var suppressesNotifications: Bool {
    vhost_fence()
    // SAFETY: the ring has at least 4 octets.
    return UInt16(littleEndian: unsafe vhost_load16(available)) & 1 != 0
  }

  /// Writes an entry of the used ring; the driver sees it once it is published.
  func setUsed(_ index: UInt16, head: Int, byteCount: Int) {
    // SAFETY: the ring has 8 octets for each entry after its first 4, at a multiple of 4.
    let entry = unsafe used + 4 + 8 * (Int(index) % size)
    unsafe vhost_store32(entry, UInt32(truncatingIfNeeded: head).littleEndian)
    unsafe vhost_store32(entry + 4, UInt32(truncatingIfNeeded: byteCount).littleEndian)
  }

  /// The index up to which the device has used chains, as it stands in memory.
  var usedIndex: UInt16 {
    // SAFETY: the ring has at least 4 octets.
    UInt16(littleEndian: unsafe vhost_load16(used + 2))
  }

  /// Shows the driver all entries before `index`.
  func publish(_ index: UInt16) {
    // SAFETY: the ring has at least 4 octets.
    unsafe vhost_store16(used + 2, index.littleEndian)
  }
}

/// Descriptors: those of a queue, or an indirect table.
@safe
internal struct DescriptorTable {
  /// At a multiple of 8 octets, with 16 octets for each descriptor.
  let entries: UnsafeMutableRawPointer
  /// Number of descriptors.
  let count: Int

  /// A copy of one descriptor, read with two loads; nil beyond the end.
  func descriptor(_ index: Int) -> VirtqueueDescriptor? {
    guard index >= 0, index < count else { return nil }
    // SAFETY: the index was compared.
    let first = unsafe vhost_load64(entries + 16 * index)
    let second = unsafe vhost_load64(entries + 16 * index + 8)
    return VirtqueueDescriptor(UInt64(littleEndian: first), UInt64(littleEndian: second))
  }
}

/// A copy of `struct virtq_desc`.
internal struct VirtqueueDescriptor {
  let address: UInt64
  let byteCount: Int
  let flags: UInt16
  let next: Int

  init(_ first: UInt64, _ second: UInt64) {
    address = first
    byteCount = Int(second & 0xFFFF_FFFF)
    flags = UInt16(truncatingIfNeeded: second >> 32)
    next = Int(second >> 48)
  }

  /// `VIRTQ_DESC_F_NEXT`.
  var hasNext: Bool { flags & 1 != 0 }
  /// `VIRTQ_DESC_F_WRITE`.
  var isWritable: Bool { flags & 2 != 0 }
  /// `VIRTQ_DESC_F_INDIRECT`.
  var isIndirect: Bool { flags & 4 != 0 }
}
