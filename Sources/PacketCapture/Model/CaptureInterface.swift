/// Where frames of a capture come from, and how they were recorded.
///
/// A pcapng section describes each interface in a block of its own. A pcap file has exactly one,
/// whose properties are in the file header.
public struct CaptureInterface: Hashable, Sendable {
  /// What each frame starts with.
  ///
  /// A file's 12 or 14, which some systems write for raw IP, is reported as ``LinkType/raw``.
  public var linkType: LinkType
  /// Most octets captured of each frame; 0 for no limit.
  public var snapLength: UInt32
  /// What one tick of this interface's timestamps is.
  public var resolution: TimestampResolution
  /// Seconds to add to this interface's timestamps (pcapng's `if_tsoffset`).
  ///
  /// A record's timestamp already contains it.
  public var timestampOffset: Int64
  /// The interface's name (pcapng's `if_name`), such as `eth0`.
  ///
  /// Of a longer one the first 255 octets are read.
  public var name: String?
  /// Octets of frame check sequence at the end of each frame, if the file says so.
  ///
  /// From the upper bits of pcap's link type field, or from pcapng's `if_fcslen`.
  public var frameCheckSequenceByteCount: Int?
  /// Seconds between the time stamps and UTC, as the file header of pcap states them; nearly
  /// always 0.
  ///
  /// The draft reserves the field and readers ignore it: no time stamp is changed by it.
  /// ``PcapWriter`` writes it back, and pcapng has no place for it.
  public var timeZoneCorrection: Int32 = 0
  /// The accuracy of time stamps, as the file header of pcap states it; nearly always 0.
  ///
  /// Reserved and written back like ``timeZoneCorrection``.
  public var timestampAccuracy: UInt32 = 0

  /// Describes an interface to a writer.
  ///
  /// - Parameters:
  ///   - linkType: What each frame starts with.
  ///   - snapLength: Most octets captured of each frame; 0 for no limit.
  ///   - resolution: What one tick of the timestamps is.
  ///   - timestampOffset: Seconds to subtract from timestamps before they are stored.
  ///   - name: A name, such as `eth0`.
  ///   - frameCheckSequenceByteCount: Octets of frame check sequence at the end of each frame.
  public init(
    linkType: LinkType, snapLength: UInt32 = UInt32(CaptureLimits.recordByteCount),
    resolution: TimestampResolution = .nanoseconds, timestampOffset: Int64 = 0,
    name: String? = nil, frameCheckSequenceByteCount: Int? = nil
  ) {
    self.linkType = linkType
    self.snapLength = snapLength
    self.resolution = resolution
    self.timestampOffset = timestampOffset
    self.name = name
    self.frameCheckSequenceByteCount = frameCheckSequenceByteCount
  }
}
