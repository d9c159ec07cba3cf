/// How a driver wants packets to send: `NET_ADAPTER_TX_CAPABILITIES`, without mapping for DMA.
public struct TransmitCapabilities: Hashable, Sendable {
  /// `PayloadBackfill`: octets of room before the first octet of each packet.
  public var payloadBackfill = 0
  /// `MaximumNumberOfFragments`: the largest number of fragments of a packet.
  ///
  /// Defaults to no limit.
  public var maximumNumberOfFragments = Int.max
  /// `FragmentBufferAlignment`, in octets; a power of two.
  public var fragmentBufferAlignment = 1
  /// `FragmentRingNumberOfElementsHint`: a power of two, or 0 for no preference.
  public var fragmentRingNumberOfElementsHint = 0
  /// `MaximumNumberOfQueues`: at least 1.
  public var maximumNumberOfQueues: Int

  /// `NET_ADAPTER_TX_CAPABILITIES_INIT`.
  ///
  /// - Parameter maximumNumberOfQueues: At least 1.
  public init(maximumNumberOfQueues: Int = 1) {
    self.maximumNumberOfQueues = maximumNumberOfQueues
  }

  /// Checks the structure by the rules.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidAdapterTxCapabilities`` (32) or
  ///   ``FailureCode/notPowerOfTwo`` (26).
  /// - Complexity: O(1).
  public func validate() throws(AdapterViolation) {
    let code = FailureCode.invalidAdapterTxCapabilities
    try AdapterViolation.checkPositive(maximumNumberOfQueues, named: "maximumNumberOfQueues", code)
    guard maximumNumberOfFragments > 0, payloadBackfill >= 0 else {
      throw AdapterViolation(
        code,
        reason: "`maximumNumberOfFragments` must be at least 1 and `payloadBackfill` at least 0")
    }
    try AdapterViolation.checkFragments(
      alignment: fragmentBufferAlignment, ringHint: fragmentRingNumberOfElementsHint)
  }
}

/// How a driver receives packets: `NET_ADAPTER_RX_CAPABILITIES`, without mapping for DMA.
public struct ReceiveCapabilities: Hashable, Sendable {
  /// The operating system or the driver; raw values are Microsoft's.
  public enum Provider: Int, Hashable, Sendable {
    /// `NetRxFragmentBufferAllocationModeSystem`, `NetRxFragmentBufferAttachmentModeSystem`.
    case system = 0
    /// `NetRxFragmentBufferAllocationModeDriver`, `NetRxFragmentBufferAttachmentModeDriver`.
    case driver = 1
  }

  /// `AllocationMode`: which of the two allocates buffers.
  public var allocationMode = Provider.system
  /// `AttachmentMode`: which of the two attaches buffers to fragments.
  public var attachmentMode = Provider.system
  /// `MaximumFrameSize`: the longest frame, in octets with the link-layer header.
  public var maximumFrameSize: Int
  /// `FragmentBufferAlignment`, in octets; a power of two.
  public var fragmentBufferAlignment = 1
  /// `FragmentRingNumberOfElementsHint`: a power of two, or 0 for no preference.
  public var fragmentRingNumberOfElementsHint = 0
  /// `MaximumNumberOfQueues`: at least 1.
  public var maximumNumberOfQueues: Int

  /// `NET_ADAPTER_RX_CAPABILITIES_INIT_SYSTEM_MANAGED`.
  ///
  /// - Parameters:
  ///   - maximumFrameSize: The longest frame, in octets with the link-layer header.
  ///   - maximumNumberOfQueues: At least 1.
  public init(maximumFrameSize: Int, maximumNumberOfQueues: Int = 1) {
    self.maximumFrameSize = maximumFrameSize
    self.maximumNumberOfQueues = maximumNumberOfQueues
  }

  /// Checks the structure by the rules.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidAdapterRxCapabilities`` (33) or
  ///   ``FailureCode/notPowerOfTwo`` (26).
  /// - Complexity: O(1).
  public func validate() throws(AdapterViolation) {
    let code = FailureCode.invalidAdapterRxCapabilities
    try AdapterViolation.checkPositive(maximumNumberOfQueues, named: "maximumNumberOfQueues", code)
    guard maximumFrameSize > 0 else {
      throw AdapterViolation(
        code, reason: "`maximumFrameSize` is \(maximumFrameSize) octets; it must be at least 1")
    }
    guard allocationMode == .system || attachmentMode == .driver else {
      throw AdapterViolation(
        code, reason: "a driver that allocates buffers attaches them too; set `attachmentMode`")
    }
    try AdapterViolation.checkFragments(
      alignment: fragmentBufferAlignment, ringHint: fragmentRingNumberOfElementsHint)
  }
}

extension AdapterViolation {
  /// Throws unless a number is at least 1.
  fileprivate static func checkPositive(
    _ number: Int, named name: String, _ code: FailureCode
  ) throws(AdapterViolation) {
    guard number < 1 else { return }
    throw AdapterViolation(code, reason: "`\(name)` is \(number); it must be at least 1")
  }

  /// Throws unless the alignment is a power of two, and the hint is one or 0.
  fileprivate static func checkFragments(
    alignment: Int, ringHint: Int
  ) throws(AdapterViolation) {
    try checkPowerOfTwo(alignment, named: "fragmentBufferAlignment")
    guard ringHint != 0 else { return }
    try checkPowerOfTwo(ringHint, named: "fragmentRingNumberOfElementsHint")
  }
}
