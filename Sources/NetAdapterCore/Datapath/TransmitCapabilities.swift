/// How a driver wants frames to send: `NET_ADAPTER_TX_CAPABILITIES`, without mapping for DMA.
public struct TransmitCapabilities: Hashable, Sendable {
  /// `PayloadBackfill`: octets of room wanted in front of the first header.
  public var payloadBackfill = 0
  /// `MaximumNumberOfFragments`: most fragments of a packet.
  ///
  /// Unlimited by default.
  public var maximumNumberOfFragments = Int.max
  /// `FragmentBufferAlignment`, in octets; a power of two.
  public var fragmentBufferAlignment = 1
  /// `FragmentRingNumberOfElementsHint`: a power of two, or 0 for no preference.
  public var fragmentRingNumberOfElementsHint = 0
  /// `MaximumNumberOfQueues`: at least 1.
  public var maximumNumberOfQueues: Int

  /// `NET_ADAPTER_TX_CAPABILITIES_INIT`.
  public init(maximumNumberOfQueues: Int = 1) {
    self.maximumNumberOfQueues = maximumNumberOfQueues
  }

  /// Holds the structure against the rules.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidAdapterTxCapabilities`` (32) or
  ///   ``FailureCode/notPowerOfTwo`` (26).
  /// - Complexity: O(1).
  public func validate() throws(AdapterViolation) {
    guard maximumNumberOfQueues > 0 else {
      throw AdapterViolation(
        .invalidAdapterTxCapabilities,
        reason: "`maximumNumberOfQueues` is \(maximumNumberOfQueues); it must be at least 1")
    }
    guard maximumNumberOfFragments > 0, payloadBackfill >= 0 else {
      throw AdapterViolation(
        .invalidAdapterTxCapabilities,
        reason: "`maximumNumberOfFragments` must be at least 1 and `payloadBackfill` at least 0")
    }
    try AdapterViolation.checkPowerOfTwo(fragmentBufferAlignment, "fragmentBufferAlignment")
    if fragmentRingNumberOfElementsHint != 0 {
      try AdapterViolation.checkPowerOfTwo(
        fragmentRingNumberOfElementsHint, "fragmentRingNumberOfElementsHint")
    }
  }
}

extension AdapterViolation {
  /// Refuses numbers that are not powers of two.
  internal static func checkPowerOfTwo(_ number: Int, _ name: String) throws(AdapterViolation) {
    guard number <= 0 || number.nonzeroBitCount != 1 else { return }
    throw AdapterViolation(
      .notPowerOfTwo, number, reason: "`\(name)` is \(number); it must be a power of two")
  }
}
