internal import WireFormats

/// What a checksum field holds.
internal enum FieldState {
  /// The checksum of the octets after completion.
  case right
  /// The checksum of the octets before completion.
  case rightBefore
  /// What its sender left for its NIC to complete.
  case partial
  case wrong
}

/// The sums that a checksum is compared with, in memory order.
internal struct CoveredSums {
  /// The value of the field.
  let found: UInt16
  /// Sum of the pseudo header without its length; 0 if there is none.
  let pseudo: UInt64
  /// Sum of the length in the pseudo header.
  let length: UInt64
  /// Sum of the octets that the checksum covers, with the field.
  let octets: UInt64
  /// The difference that the edits of those octets make to their sum.
  let change: UInt64

  private var before: UInt64 { pseudo &+ length &+ octets }

  /// Whether the field holds the sum of the pseudo header, with or without length.
  var isPseudoHeader: Bool {
    WordSum.fold(pseudo &+ length) == found || WordSum.fold(pseudo) == found
  }

  @inline(__always)
  func state(partial isPartial: @autoclosure () -> Bool) -> FieldState {
    let isRightBefore = WordSum.fold(before) == 0xFFFF
    if change == 0, isRightBefore { return .right }
    if WordSum.fold(before &+ change) == 0xFFFF { return .right }
    if isRightBefore { return .rightBefore }
    return isPartial() ? .partial : .wrong
  }

  /// The checksum of the octets after completion.
  func computed(zero: UInt16) -> UInt16 {
    // The field itself is not covered: adding its inverse subtracts it.
    let checksum = ~WordSum.fold(before &+ change &+ UInt64(~found))
    return checksum == 0 ? zero : checksum
  }
}
