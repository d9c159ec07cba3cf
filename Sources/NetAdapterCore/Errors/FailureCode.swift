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
  // The rules of rings, which a verified queue checks after each callback. The first parameter behind
  // the code is the index of the ring element, where Windows has its address.

  /// `InvalidRingImmutable`: the driver changed the end index, or exchanged rings.
  case invalidRingImmutable = 50
  /// `InvalidRingImmutableFrameworkElement`: an element changed that was not the driver's.
  case invalidRingImmutableFrameworkElement = 51
  /// `InvalidRingImmutableDriverTxPacket`: more than the scratch bit of a packet to send changed.
  case invalidRingImmutableDriverTxPacket = 52
  /// `InvalidRingImmutableDriverTxFragment`: more than the scratch bit of a fragment to send changed.
  case invalidRingImmutableDriverTxFragment = 53
  /// `InvalidRingImmutableDriverRxPacketIgnore`: more than that bit of an ignored packet changed.
  case invalidRingImmutableDriverRxPacketIgnore = 54
  /// `InvalidRingModifiedRxPacket`: reserved fields of a received packet changed.
  case invalidRingModifiedRxPacket = 55
  /// `InvalidRingModifiedRxFragment`: valid length or offset of a returned fragment not written.
  ///
  /// The framework uses this name for the missing change, unlike that of packets.
  case invalidRingModifiedRxFragment = 56
  /// `InvalidRingUnmodifiedRxPacket`: fragments or layer types of a returned packet not written.
  case invalidRingUnmodifiedRxPacket = 57
  /// `InvalidRingUnmodifiedRxFragment`: capacity or reserved bit of a returned fragment changed.
  ///
  /// The framework uses this name for the forbidden change, unlike that of packets.
  case invalidRingUnmodifiedRxFragment = 58
  /// `InvalidRingBeginIndex`: the begin index was moved past the end index, or back.
  case invalidRingBeginIndex = 59
  /// `InvalidRingRxPacketFragmentCountZero`: a packet without fragments that is not ignored.
  case invalidRingRxPacketFragmentCountZero = 60
  /// `InvalidRingRxPacketFragmentCountOutOfRange`: more fragments than the driver had.
  case invalidRingRxPacketFragmentCountOutOfRange = 61
  /// `InvalidRingRxPacketFragmentIndexOutOfPreRange`: the first fragment was not the driver's.
  case invalidRingRxPacketFragmentIndexOutOfPreRange = 62
  /// `InvalidRingRxPacketFragmentCountOutOfPreRange`: the last fragment was not the driver's.
  case invalidRingRxPacketFragmentCountOutOfPreRange = 63
  /// `InvalidRingRxPacketFragmentIndexOutOfPostRange`: the first fragment was not returned.
  case invalidRingRxPacketFragmentIndexOutOfPostRange = 64
  /// `InvalidRingRxPacketFragmentCountOutOfPostRange`: the last fragment was not returned.
  case invalidRingRxPacketFragmentCountOutOfPostRange = 65
  /// `InvalidRingRxPacketLayer2Type`: a number without a meaning.
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
  /// The documentation says at least 40; this is what the framework checks.
  case invalidRingRxPacketLayer4TypeTcpLengthInvalid = 71
  /// `InvalidRingRxPacketLayer4TypeUdpLengthInvalid`: below 8 octets.
  case invalidRingRxPacketLayer4TypeUdpLengthInvalid = 72
  /// `InvalidRingRxPacketLayer3Type`: a number without a meaning.
  case invalidRingRxPacketLayer3Type = 73
  /// `InvalidRingRxPacketLayer4Type`: a number without a meaning.
  case invalidRingRxPacketLayer4Type = 74
  /// `InvalidRingRxPacketFragmentIndexOverlap`: fragments of two packets do not ascend.
  case invalidRingRxPacketFragmentIndexOverlap = 75
  /// `InvalidRingRxPacketFragmentCountOverlap`: fragments of two packets overlap.
  case invalidRingRxPacketFragmentCountOverlap = 76
  /// `InvalidRingRxPacketFragmentOffsetInvalid`: an offset in a fragment behind the first.
  ///
  /// The framework of release 21H2 has the code and does not use it; the rule is its own all the same.
  case invalidRingRxPacketFragmentOffsetInvalid = 77
  /// `InvalidRingRxPacketFragmentLengthInvalid`: offset and valid length exceed the capacity.
  ///
  /// The documentation says that they must stay below it; this is what the framework checks.
  case invalidRingRxPacketFragmentLengthInvalid = 78
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
