/// How a driver receives frames: `NET_ADAPTER_RX_CAPABILITIES`, without mapping for DMA.
public struct ReceiveCapabilities: Hashable, Sendable {
  /// Who provides something; raw values are Microsoft's.
  public enum Provider: Int, Hashable, Sendable {
    /// `NetRxFragmentBufferAllocationModeSystem`, `NetRxFragmentBufferAttachmentModeSystem`.
    case system = 0
    /// `NetRxFragmentBufferAllocationModeDriver`, `NetRxFragmentBufferAttachmentModeDriver`.
    case driver = 1
  }

  /// `AllocationMode`: who allocates buffers.
  public var allocationMode = Provider.system
  /// `AttachmentMode`: who attaches buffers to fragments.
  public var attachmentMode = Provider.system
  /// `MaximumFrameSize`, in octets with the link-layer header.
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
  ///   - maximumFrameSize: Octets of the longest frame, its link-layer header counted.
  ///   - maximumNumberOfQueues: At least 1.
  public init(maximumFrameSize: Int, maximumNumberOfQueues: Int = 1) {
    self.maximumFrameSize = maximumFrameSize
    self.maximumNumberOfQueues = maximumNumberOfQueues
  }

  /// Holds the structure against the rules.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/invalidAdapterRxCapabilities`` (33) or
  ///   ``FailureCode/notPowerOfTwo`` (26).
  /// - Complexity: O(1).
  public func validate() throws(AdapterViolation) {
    let code = FailureCode.invalidAdapterRxCapabilities
    guard maximumNumberOfQueues > 0 else {
      throw AdapterViolation(
        code, reason: "`maximumNumberOfQueues` is \(maximumNumberOfQueues); it must be at least 1")
    }
    guard maximumFrameSize > 0 else {
      throw AdapterViolation(
        code, reason: "`maximumFrameSize` is \(maximumFrameSize) octets; it must be at least 1")
    }
    guard allocationMode == .system || attachmentMode == .driver else {
      throw AdapterViolation(
        code, reason: "a driver that allocates buffers attaches them too; set `attachmentMode`")
    }
    try AdapterViolation.checkPowerOfTwo(fragmentBufferAlignment, "fragmentBufferAlignment")
    if fragmentRingNumberOfElementsHint != 0 {
      try AdapterViolation.checkPowerOfTwo(
        fragmentRingNumberOfElementsHint, "fragmentRingNumberOfElementsHint")
    }
  }
}
