internal import WireFormats

/// The headers of consecutive segments of equal length.
///
/// Only these fields differ: identification and checksum of IPv4, sequence number of TCP, and the
/// transport checksum if it covers the payload. All others are copied from the first header, and
/// these are updated.
internal struct HeaderRun {
  private var network: NetworkRun
  private var outer: NetworkRun
  private var transport: TransportRun
  /// The fields that differ.
  let shape: Shape

  /// Which fields differ in a run.
  ///
  /// Loops have it as a constant, so that they do not ask for each segment.
  enum Shape {
    /// IPv4 with a computed checksum and TCP, without a tunnel.
    case tcpOverIPv4
    /// Anything else without a tunnel.
    case plain
    /// The same in a tunnel over IPv4.
    case tcpOverIPv4InIPv4
    /// Anything else in a tunnel.
    case tunnel
  }

  /// - Parameters:
  ///   - network: Of the (inner) IP header.
  ///   - outer: Of the outer IP header of a tunnel; nil without one.
  ///   - transport: Of the TCP or UDP header.
  @inline(always)
  init(_ network: NetworkRun, outer: NetworkRun?, _ transport: TransportRun) {
    (self.network, self.transport) = (network, transport)
    self.outer = outer ?? NetworkRun()
    let isTCPOverIPv4 = network.isComplete && transport.sequenceOffset != 0
    if let outer {
      shape = isTCPOverIPv4 && outer.isComplete ? .tcpOverIPv4InIPv4 : .tunnel
    } else {
      shape = isTCPOverIPv4 ? .tcpOverIPv4 : .plain
    }
  }

  /// Updates a copy of the first header of the run to the next one.
  ///
  /// - Parameters:
  ///   - shape: The value of ``shape``, as a constant.
  ///   - sums: Whether the transport checksum may cover the payload, as a constant.
  ///   - payloadSum: Sum of the payload, if the checksum covers it.
  ///   - header: The copy.
  @inline(always)
  mutating func writeNext(
    _ shape: Shape, sums: Bool, payloadSum: UInt64, to header: UncheckedHeader
  ) {
    let isUsual = shape == .tcpOverIPv4 || shape == .tcpOverIPv4InIPv4
    network.writeNext(isComplete: isUsual, to: header)
    if shape == .tunnel || shape == .tcpOverIPv4InIPv4 {
      outer.writeNext(isComplete: isUsual, to: header)
    }
    transport.writeNext(isTCP: isUsual, sums: sums, payloadSum: payloadSum, to: header)
  }
}

/// The part of a ``HeaderRun`` for one IP header.
internal struct NetworkRun {
  /// From the identification to the checksum, in octets.
  @inline(always)
  private static var checksumDistance: Int {
    IPv4Header.Field.headerChecksum &- IPv4Header.Field.identification
  }

  /// Where the identification lies; 0 if no field changes, as in IPv6.
  private let identificationOffset: Int
  private let hasChecksum: Bool
  /// The inverse of the folded sum of the header without identification and checksum.
  private let inverse: UInt16
  private var next: UInt16
  private let step: UInt16
  private let mask: UInt16

  /// A header in which no field changes.
  @inline(always)
  init() {
    (identificationOffset, hasChecksum, inverse) = (0, false, 0)
    (next, step, mask) = (0, 0, 0)
  }

  @inline(always)
  init(
    identificationOffset: Int, hasChecksum: Bool, base: UInt16, next: UInt16, step: UInt16,
    mask: UInt16
  ) {
    (self.identificationOffset, self.hasChecksum) = (identificationOffset, hasChecksum)
    (inverse, self.next, self.step, self.mask) = (~base, next, step, mask)
  }

  /// True if identification and checksum are both written.
  @inline(always)
  var isComplete: Bool { identificationOffset != 0 && hasChecksum }

  /// - Parameters:
  ///   - isComplete: True only if ``isComplete`` is, as a constant.
  ///   - header: The copy.
  @inline(always)
  mutating func writeNext(isComplete: Bool, to header: UncheckedHeader) {
    guard isComplete || identificationOffset != 0 else { return }
    let identification = next.bigEndian
    next = (next &+ step) & mask
    header.set(identification, at: identificationOffset)
    guard isComplete || hasChecksum else { return }
    // In ones' complement the inverse of a sum is a difference, from which the borrow is taken.
    let (difference, borrows) = inverse.subtractingReportingOverflow(identification)
    header.set(
      difference &- (borrows ? 1 : 0), at: identificationOffset &+ Self.checksumDistance)
  }
}

/// The part of a ``HeaderRun`` for the TCP or UDP header.
internal struct TransportRun {
  /// Where the sequence number lies; 0 in UDP.
  let sequenceOffset: Int
  /// Where the checksum lies; 0 if it is the same in the whole run.
  let checksumOffset: Int
  /// Sum of pseudo header and header without sequence number and checksum.
  let base: UInt64
  /// What a computed checksum of 0 is stored as, in memory order.
  let zero: UInt16
  /// Sequence number of the next segment, and the difference between two segments.
  var sequence: UInt32
  let step: UInt32

  /// - Parameters:
  ///   - isTCP: True only if there is a sequence number, as a constant.
  ///   - sums: False only if no checksum covers the payload, as a constant.
  ///   - payloadSum: Sum of the payload, if the checksum covers it.
  ///   - header: The copy.
  @inline(always)
  mutating func writeNext(
    isTCP: Bool, sums: Bool, payloadSum: UInt64, to header: UncheckedHeader
  ) {
    var sum = base &+ payloadSum
    if isTCP || sequenceOffset != 0 {
      let number = sequence.bigEndian
      sequence &+= step
      header.set(number, at: sequenceOffset)
      sum &+= UInt64(number)
    }
    guard sums, checksumOffset != 0 else { return }
    let checksum = ~WordSum.fold(sum)
    header.set(checksum == 0 ? zero : checksum, at: checksumOffset)
  }
}
