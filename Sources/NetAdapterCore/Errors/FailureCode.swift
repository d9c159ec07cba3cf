/// NetAdapterCx's number for a rule that a driver broke.
///
/// In the framework it is the first parameter of bug check `BUGCODE_NETADAPTER_DRIVER` (0x19E);
/// here it is in ``AdapterViolation/failureCode``. Names are Microsoft's without the prefix
/// `FailureCode_`. Source: `netcx/adapter/verifier.hpp` of
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
  // The rules of rings, which a verified queue checks after each callback. Parameter 2 is the index
  // of the ring element; in Windows it is its address.

  /// `InvalidRingImmutable`: the driver changed the end index, or replaced the rings.
  case invalidRingImmutable = 50
  /// `InvalidRingImmutableFrameworkElement`: the driver changed an element that it did not own.
  case invalidRingImmutableFrameworkElement = 51
  /// `InvalidRingImmutableDriverTxPacket`: more than the scratch bit of a packet to send changed.
  case invalidRingImmutableDriverTxPacket = 52
  /// `InvalidRingImmutableDriverTxFragment`: more than the scratch bit of a fragment to send
  /// changed.
  case invalidRingImmutableDriverTxFragment = 53
  /// `InvalidRingImmutableDriverRxPacketIgnore`: more than that bit of an ignored packet changed.
  case invalidRingImmutableDriverRxPacketIgnore = 54
  /// `InvalidRingModifiedRxPacket`: reserved fields of a received packet changed.
  case invalidRingModifiedRxPacket = 55
  /// `InvalidRingModifiedRxFragment`: valid length or offset of a returned fragment not written.
  ///
  /// The name contradicts that of the rule for packets, ``invalidRingModifiedRxPacket``.
  case invalidRingModifiedRxFragment = 56
  /// `InvalidRingUnmodifiedRxPacket`: fragments or layer types of a returned packet not written.
  case invalidRingUnmodifiedRxPacket = 57
  /// `InvalidRingUnmodifiedRxFragment`: capacity or reserved bit of a returned fragment changed.
  ///
  /// The name contradicts that of the rule for packets, ``invalidRingUnmodifiedRxPacket``.
  case invalidRingUnmodifiedRxFragment = 58
  /// `InvalidRingBeginIndex`: the begin index was moved past the end index, or back.
  case invalidRingBeginIndex = 59
  /// `InvalidRingRxPacketFragmentCountZero`: a packet without fragments that is not ignored.
  case invalidRingRxPacketFragmentCountZero = 60
  /// `InvalidRingRxPacketFragmentCountOutOfRange`: more fragments than the driver owned.
  case invalidRingRxPacketFragmentCountOutOfRange = 61
  /// `InvalidRingRxPacketFragmentIndexOutOfPreRange`: the first fragment was not the driver's.
  case invalidRingRxPacketFragmentIndexOutOfPreRange = 62
  /// `InvalidRingRxPacketFragmentCountOutOfPreRange`: the last fragment was not the driver's.
  case invalidRingRxPacketFragmentCountOutOfPreRange = 63
  /// `InvalidRingRxPacketFragmentIndexOutOfPostRange`: the first fragment was not returned.
  case invalidRingRxPacketFragmentIndexOutOfPostRange = 64
  /// `InvalidRingRxPacketFragmentCountOutOfPostRange`: the last fragment was not returned.
  case invalidRingRxPacketFragmentCountOutOfPostRange = 65
  /// `InvalidRingRxPacketLayer2Type`: an undefined number.
  case invalidRingRxPacketLayer2Type = 66
  /// `InvalidRingRxPacketLayer2TypeNullLengthNonZero`.
  case invalidRingRxPacketLayer2TypeNullLengthNonZero = 67
  /// `InvalidRingRxPacketLayer2TypeEthernetLengthInvalid`: below 14 octets.
  case invalidRingRxPacketLayer2TypeEthernetLengthInvalid = 68
  /// `InvalidRingRxPacketLayer3TypeIPv4LengthInvalid`: below 20 octets.
  case invalidRingRxPacketLayer3TypeIPv4LengthInvalid = 69
  /// `InvalidRingRxPacketLayer3TypeIPv6LengthInvalid`: below 40 octets.
  case invalidRingRxPacketLayer3TypeIPv6LengthInvalid = 70
  /// `InvalidRingRxPacketLayer4TypeTcpLengthInvalid`: not a multiple of 4 in 20...60 octets.
  ///
  /// The documentation says at least 40; this is the framework's rule.
  case invalidRingRxPacketLayer4TypeTcpLengthInvalid = 71
  /// `InvalidRingRxPacketLayer4TypeUdpLengthInvalid`: below 8 octets.
  case invalidRingRxPacketLayer4TypeUdpLengthInvalid = 72
  /// `InvalidRingRxPacketLayer3Type`: an undefined number.
  case invalidRingRxPacketLayer3Type = 73
  /// `InvalidRingRxPacketLayer4Type`: an undefined number.
  case invalidRingRxPacketLayer4Type = 74
  /// `InvalidRingRxPacketFragmentIndexOverlap`: fragments of two packets do not ascend.
  case invalidRingRxPacketFragmentIndexOverlap = 75
  /// `InvalidRingRxPacketFragmentCountOverlap`: fragments of two packets overlap.
  case invalidRingRxPacketFragmentCountOverlap = 76
  /// `InvalidRingRxPacketFragmentOffsetInvalid`: an offset in a fragment after the first.
  ///
  /// The framework of release 21H2 defines the code and does not use it; here it is used.
  case invalidRingRxPacketFragmentOffsetInvalid = 77
  /// `InvalidRingRxPacketFragmentLengthInvalid`: offset and valid length exceed the capacity.
  ///
  /// The documentation requires the sum to be below the capacity; this is the framework's rule.
  case invalidRingRxPacketFragmentLengthInvalid = 78
  /// `InvalidTxChecksumCapabilities`: options or extensions declared without the plain header.
  case invalidTxChecksumCapabilities = 91
  /// `InvalidTxChecksumIPv6Flags`: only IPv6 declared, and no transport checksum.
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
