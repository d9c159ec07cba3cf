/// What a driver did wrong, as NetAdapterCx numbers it.
///
/// The framework ends with bug check `BUGCODE_NETADAPTER_DRIVER` (0x19E) and this number as its
/// first parameter; here the number travels in an ``AdapterViolation``. Names are Microsoft's
/// without the prefix `FailureCode_`; source: `netcx/adapter/verifier.hpp` of
/// microsoft/Network-Adapter-Class-Extension, branch release_21H2.
public enum FailureCode: Int, Hashable, Sendable, CaseIterable {
  /// `CorruptedPrivateGlobals`.
  case corruptedPrivateGlobals = 0
  /// `IrqlIsNotPassive`.
  case irqlIsNotPassive = 1
  /// `IrqlNotLessOrEqualDispatch`.
  case irqlNotLessOrEqualDispatch = 2
  /// `AdapterAlreadyStarted`: allowed only before start.
  case adapterAlreadyStarted = 3
  /// `InvalidStructTypeSize`: a structure of another version.
  case invalidStructTypeSize = 8
  /// `InvalidReceiveFilterCapabilities`.
  case invalidReceiveFilterCapabilities = 11
  /// `InvalidSetReceiveFilterCallBack`.
  case invalidSetReceiveFilterCallBack = 12
  /// `InvalidLinkState`.
  case invalidLinkState = 14
  /// `ParameterCantBeNull`.
  case parameterCantBeNull = 15
  /// `MtuMustBeGreaterThanZero`.
  case mtuMustBeGreaterThanZero = 19
  /// `NetQueueInvalidConfiguration`.
  case netQueueInvalidConfiguration = 22
  /// `NotPowerOfTwo`.
  case notPowerOfTwo = 26
  /// `InvalidAdapterTxCapabilities`.
  case invalidAdapterTxCapabilities = 32
  /// `InvalidAdapterRxCapabilities`.
  case invalidAdapterRxCapabilities = 33
  /// `InvalidReceiveScalingHashType`.
  case invalidReceiveScalingHashType = 34
  /// `InvalidReceiveScalingProtocolType`.
  case invalidReceiveScalingProtocolType = 35
  /// `InvalidReceiveScalingEncapsulationType`.
  case invalidReceiveScalingEncapsulationType = 36
  /// `InvalidDatapathCallbacks`.
  case invalidDatapathCallbacks = 38
  /// `InvalidGsoCapabilities`.
  case invalidGsoCapabilities = 42
  /// `InvalidQueueHandle`.
  case invalidQueueHandle = 44
  /// `InvalidTxChecksumCapabilities`: options declared without the plain header.
  case invalidTxChecksumCapabilities = 91
  /// `InvalidTxChecksumIPv6Flags`: IPv6 has no header checksum, so it needs a layer-4 flag.
  case invalidTxChecksumIPv6Flags = 92
  /// `DeprecatedFunction`.
  case deprecatedFunction = 93
  /// `InvalidTxChecksumHardwareCapabilities`: no flag at all.
  case invalidTxChecksumHardwareCapabilities = 94
  /// `InvalidTxChecksumLayer4Capabilities`: layer-4 flags without layer-3 flags.
  case invalidTxChecksumLayer4Capabilities = 95
  /// `AdapterNotStarted`: allowed only after start.
  case adapterNotStarted = 96
  /// `OffloadNotPaused`: allowed only while offloads are paused.
  case offloadNotPaused = 97
  /// `InvalidGsoHardwareCapabilities`: no flag at all.
  case invalidGsoHardwareCapabilities = 98
  /// `InvalidRSSConfiguration`.
  case invalidRSSConfiguration = 99
}
