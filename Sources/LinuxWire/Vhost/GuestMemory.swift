internal import CLinuxWire

/// The memory that a front end shares: regions of files, mapped until the last reference goes.
///
/// Whatever lies in it may change at any time, also while it is read. Each octet is read once, and
/// what was read is checked before it is used. If the front end shortens a file, accesses find
/// zeros and ``isLost`` becomes true; the process does not end.
@safe
internal final class GuestMemory {
  /// The most regions of a memory table, as the vhost-user specification has it.
  static let maximumRegionCount = 8

  /// One region of the table that the front end sends.
  struct Region {
    /// Where the guest sees it.
    let guestAddress: UInt64
    let byteCount: UInt64
    /// Where the front end sees it: rings are given by these addresses.
    let userAddress: UInt64
    /// Where it starts in its file.
    let offset: UInt64
  }

  private let regions: [MappedRegion]

  /// Maps the regions of a table.
  ///
  /// - Throws: ``VhostUserFault`` for a region that cannot be; nothing is mapped then.
  init(_ table: [Region], of files: [OwnedDescriptor]) throws(VhostUserFault) {
    try Self.check(table)
    guard files.count == table.count else {
      throw .descriptorCount(
        request: VhostUserRequest.setMemoryTable.rawValue, count: files.count,
        expected: table.count)
    }
    var mapped: [MappedRegion] = []
    for (index, region) in table.enumerated() {
      mapped.append(try MappedRegion(region, of: files[index], index: index))
    }
    regions = mapped
  }

  /// Whether a file has become shorter than its region, so that what was read was not there.
  var isLost: Bool {
    // By index, here and below: builds without optimisation allocate for each step of an iterator.
    for index in 0..<regions.count where regions[index].isLost { return true }
    return false
  }

  /// The octets at an address of the guest that lie in one region, at most `byteCount`.
  func buffer(at address: UInt64, atMost byteCount: Int) -> GuestBuffer? {
    for index in 0..<regions.count {
      let region = regions[index]
      if let buffer = region.buffer(at: address, from: region.place.guestAddress) {
        return buffer.first(byteCount)
      }
    }
    return nil
  }

  /// The octets at an address of the front end, if all of them lie in one region.
  func ring(at address: UInt64, byteCount: Int) -> GuestBuffer? {
    for region in regions {
      if let buffer = region.buffer(at: address, from: region.place.userAddress),
        buffer.byteCount >= byteCount
      {
        return buffer.first(byteCount)
      }
    }
    return nil
  }

  private static func check(_ table: [Region]) throws(VhostUserFault) {
    guard (1...maximumRegionCount).contains(table.count) else {
      throw .regionCount(table.count, limit: maximumRegionCount)
    }
    for (index, region) in table.enumerated() {
      for address in [region.guestAddress, region.userAddress] {
        let end = address.addingReportingOverflow(region.byteCount)
        guard region.byteCount > 0, !end.overflow, region.byteCount <= UInt64(Int.max) else {
          throw .regionRange(region: index, address: address, byteCount: region.byteCount)
        }
      }
      for (other, before) in table.prefix(index).enumerated() {
        let isApart =
          region.guestAddress >= before.guestAddress + before.byteCount
          || before.guestAddress >= region.guestAddress + region.byteCount
        guard isApart else { throw .regionsOverlap(other, index) }
      }
    }
  }
}

/// One region, mapped until the last reference goes.
@safe
private final class MappedRegion {
  let place: GuestMemory.Region
  private let mapping: Int32
  private let base: UnsafeMutableRawPointer

  init(
    _ place: GuestMemory.Region, of file: OwnedDescriptor, index: Int
  ) throws(VhostUserFault) {
    guard file.kind == VHOST_FILE else {
      throw .descriptorKind(request: VhostUserRequest.setMemoryTable.rawValue)
    }
    let fileByteCount = UInt64(max(0, vhost_file_length(file.number)))
    let (end, overflow) = place.offset.addingReportingOverflow(place.byteCount)
    guard !overflow, end <= fileByteCount else {
      throw .regionBeyondFile(
        region: index, end: overflow ? .max : end, fileByteCount: fileByteCount)
    }
    var start: UnsafeMutablePointer<UInt8>?
    // SAFETY: `start` is only written within the call.
    let mapping = unsafe vhost_map(file.number, place.offset, place.byteCount, &start)
    guard mapping >= 0, let start = unsafe start else {
      throw .regionNotMapped(region: index, errno: -mapping)
    }
    // SAFETY: the mapping has the octets of the region from here on, until it is given back.
    unsafe base = UnsafeMutableRawPointer(start)
    (self.place, self.mapping) = (place, mapping)
  }

  deinit { vhost_unmap(mapping) }

  var isLost: Bool { vhost_is_lost(mapping) }

  /// The octets from an address to the end, if the region begins at `start`.
  func buffer(at address: UInt64, from start: UInt64) -> GuestBuffer? {
    guard address >= start, address - start < place.byteCount else { return nil }
    // SAFETY: the distance was compared with the length of the region, which fits into an `Int`.
    return unsafe GuestBuffer(
      pointer: base + Int(address - start), byteCount: Int(place.byteCount - (address - start)))
  }
}

/// Octets in the memory of a guest, in one piece.
///
/// Used only while its ``GuestMemory`` is held.
@safe
internal struct GuestBuffer {
  let pointer: UnsafeMutableRawPointer
  let byteCount: Int

  /// At most `limit` octets of it.
  func first(_ limit: Int) -> GuestBuffer {
    // SAFETY: no longer than before.
    unsafe GuestBuffer(pointer: pointer, byteCount: min(byteCount, limit))
  }
}
