public import GsoEngine
public import VirtualNIC

/// What happened to the frames of one side of a ``WireBridge``.
///
/// Every frame that was read is counted in exactly one of ``passed``, ``sentWhole``,
/// ``checksumsCompleted``, ``segmentedByHardware``, ``segmentedBySoftware`` and ``dropped``.
public struct WireCounters: Hashable, Sendable {
  /// Frames that the kernel of this side has sent.
  public var framesRead = 0
  /// Octets of ``framesRead``, link headers included.
  public var octetsRead = 0
  /// Frames of ``framesRead`` that were to be segmented: with a `gso_type`.
  public var superFramesRead = 0
  /// Octets of ``superFramesRead``.
  public var superFrameOctetsRead = 0
  /// Frames that were left to the other side as they were: to segment, or to complete.
  public var passed = 0
  /// Frames of ``passed`` that were to be segmented.
  public var superFramesPassed = 0
  /// Frames that were sent whole, without a partial checksum.
  public var sentWhole = 0
  /// Frames that were sent whole, and whose partial checksum was completed.
  public var checksumsCompleted = 0
  /// Frames that the hardware of the NIC segmented.
  public var segmentedByHardware = 0
  /// Frames that software segmented.
  public var segmentedBySoftware = 0
  /// Segments that both have made.
  public var segments = 0
  /// Frames that were dropped; ``WireDecision/DropReason`` has the reasons.
  public var dropped = 0
  /// Frames of ``dropped`` whose header contradicts itself or the frame.
  public var droppedForHeader = 0
  /// Frames of ``dropped`` that would have given too many segments.
  public var droppedForSegmentCount = 0
  /// Frames of ``dropped`` that the NIC did not send: they exceed the MTU, or cannot be segmented.
  public var droppedByNIC = 0

  /// Frames that the kernel of this side was sent.
  public var framesWritten = 0
  /// Octets of ``framesWritten``.
  public var octetsWritten = 0
  /// Frames of ``framesWritten`` with a `gso_type`.
  public var superFramesWritten = 0
  /// Frames of ``superFramesWritten`` that the NIC of this side has coalesced.
  public var coalescedFramesWritten = 0
  /// The longest frame that was written without a `gso_type`, in octets.
  public var longestFrameWritten = 0
  /// Frames that were not written because the kernel had no room.
  public var noRoom = 0
  /// Frames that were not written because the device is down or not attached.
  public var notReady = 0
  /// Frames that were not written because they are longer than the device takes.
  public var tooLong = 0
  /// Frames that were not written because the kernel refuses their header.
  public var refused = 0

  /// All counters are 0.
  public init() {}
}

/// What was decided about a frame that the kernel of one side of a ``WireBridge`` has sent.
public enum WireDecision: Hashable, Sendable {
  /// Why a frame was dropped.
  public enum DropReason: Hashable, Sendable {
    /// The header contradicts itself or the frame, or the frame cannot be segmented.
    case header(SegmentationError)
    /// The frame would give more segments than ``WireBridge/maximumSegmentCount``.
    case segmentCount(Int, limit: Int)
    /// Its packet fits the MTU, and packet and trailer together, in octets, do not.
    case trailer(byteCount: Int, mtu: Int)
    /// The NIC does not send it.
    case nic(TransmitReport.DropReason)
  }

  /// The other side gets the frame with its header, and does the rest.
  case passed
  /// The frame is sent whole, as it is.
  case whole
  /// The frame is sent whole, with its checksum completed.
  case checksumCompleted
  /// The frame is segmented.
  case segmented(OffloadDecision, count: Int, segmentSize: Int)
  /// The frame is dropped.
  case dropped(DropReason)
}

extension WireDecision: CustomStringConvertible {
  /// One line: `46 segments of 1448, hardware`.
  public var description: String {
    switch self {
    case .passed: "passed unsegmented, the other side does the rest"
    case .whole: "sent whole"
    case .checksumCompleted: "sent whole, checksum completed"
    case .segmented(let decision, let count, let size):
      "\(count) \(count == 1 ? "segment" : "segments") of \(size), \(decision)"
    case .dropped(.header(let error)): "dropped: \(error)"
    case .dropped(.segmentCount(let count, let limit)):
      "dropped: it would give \(count) segments, more than \(limit)"
    case .dropped(.trailer(let byteCount, let mtu)):
      "dropped: packet and trailer have \(byteCount) octets and exceed the MTU \(mtu)"
    case .dropped(.nic(let reason)): "dropped: \(reason)"
    }
  }
}
