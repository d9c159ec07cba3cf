internal import WireFormats

/// The headers of segments that follow each other and are equally long.
///
/// Such headers differ in very little: identification and checksum of IPv4, sequence number of TCP,
/// and the transport checksum if the payload counts in it. Everything else is copied from the first of
/// them, and these fields are counted on instead of computed anew.
internal struct HeaderRun {
  private var network: NetworkRun
  private var outer: NetworkRun
  /// True if there is an outer IP header.
  let isTunnel: Bool
  private var transport: TransportRun

  /// - Parameters:
  ///   - network: Of the (inner) IP header.
  ///   - outer: Of the outer IP header of a tunnel; nil without one.
  ///   - transport: Of the TCP or UDP header.
  init(_ network: NetworkRun, outer: NetworkRun?, _ transport: TransportRun) {
    (self.network, self.transport) = (network, transport)
    self.outer = outer ?? NetworkRun()
    isTunnel = outer != nil
  }

  /// Turns a copy of the first header of the run into the next one.
  ///
  /// - Parameters:
  ///   - isTunnel: What ``isTunnel`` says; loops know it beforehand.
  ///   - payloadSum: Sum of the payload, if it counts.
  ///   - header: The copy.
  @inline(__always)
  mutating func writeNext(isTunnel: Bool, payloadSum: UInt64, to header: UncheckedHeader) {
    network.writeNext(to: header)
    if isTunnel { outer.writeNext(to: header) }
    transport.writeNext(payloadSum: payloadSum, to: header)
  }
}

/// The part of a ``HeaderRun`` for one IP header.
internal struct NetworkRun {
  /// Where the identification lies; 0 if nothing changes, as in IPv6.
  private var identificationOffset = 0
  /// Where the checksum lies; 0 if none is computed.
  private var checksumOffset = 0
  /// Sum of the header without the two, folded.
  private var base: UInt32 = 0
  private var next: UInt16 = 0
  private var step: UInt16 = 0
  private var mask: UInt16 = 0

  /// A header in which nothing changes.
  init() {}

  init(
    identificationOffset: Int, checksumOffset: Int, base: UInt16, next: UInt16, step: UInt16,
    mask: UInt16
  ) {
    (self.identificationOffset, self.checksumOffset) = (identificationOffset, checksumOffset)
    (self.base, self.next, self.step, self.mask) = (UInt32(base), next, step, mask)
  }

  @inline(__always)
  mutating func writeNext(to header: UncheckedHeader) {
    guard identificationOffset != 0 else { return }
    let identification = next.bigEndian
    next = (next &+ step) & mask
    header.set(identification, at: identificationOffset)
    guard checksumOffset != 0 else { return }
    // Two numbers of sixteen bits have one carry at most.
    let sum = base &+ UInt32(identification)
    header.set(~UInt16(truncatingIfNeeded: sum &+ (sum >> 16)), at: checksumOffset)
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
  /// What a result of 0 is stored as, in memory order.
  let zero: UInt16
  /// Sequence number of the next segment, and how far apart two are.
  var sequence: UInt32
  let step: UInt32

  @inline(__always)
  mutating func writeNext(payloadSum: UInt64, to header: UncheckedHeader) {
    var sum = base &+ payloadSum
    if sequenceOffset != 0 {
      let number = sequence.bigEndian
      sequence &+= step
      header.set(number, at: sequenceOffset)
      sum &+= UInt64(number)
    }
    guard checksumOffset != 0 else { return }
    let checksum = ~WordSum.fold(sum)
    header.set(checksum == 0 ? zero : checksum, at: checksumOffset)
  }
}
