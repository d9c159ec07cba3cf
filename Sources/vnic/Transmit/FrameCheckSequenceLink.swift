import GsoEngine
import PacketCapture
import VirtualNIC
import WireFormats

/// The link directly after the NIC, which adds a frame check sequence to each frame if the capture
/// has them.
///
/// A frame that leaves unmodified has the sequence that was captured, right or wrong.
final class FrameCheckSequenceLink: Link {
  /// Where frames go on to.
  var next: any Link
  /// Whether frames get a sequence; nil before the first frame.
  private(set) var isActive: Bool?
  /// The frame that is sent next as it was captured, with its sequence.
  private var captured: [UInt8] = []
  private var buffer: [UInt8] = []

  init(next: any Link) { self.next = next }

  /// Octets of a sequence.
  var sequenceLength: Int { isActive == true ? EthernetFrameCheckSequence.byteCount : 0 }

  /// Notes the frame that is sent next; the first one decides whether frames get a sequence.
  func prepare(_ record: CaptureRecord) {
    let has = record.frameCheckSequenceLength == EthernetFrameCheckSequence.byteCount
    let isActive = self.isActive ?? has
    self.isActive = isActive
    captured = isActive && has && !record.isTruncatedBySnapLength ? record.copyOctets() : []
  }

  func send(_ frames: FrameBatch, at time: VirtualTime) {
    guard isActive == true else { return next.send(frames, at: time) }
    for index in 0..<frames.count { sendWithSequence(frames[index], at: time) }
  }

  private func sendWithSequence(_ frame: RawSpan, at time: VirtualTime) {
    buffer.removeAll(keepingCapacity: true)
    buffer.append(contentsOf: frame.array())
    if captured.count == buffer.count + 4, captured.starts(with: buffer) {
      return next.send(captured, at: time)
    }
    let value = EthernetFrameCheckSequence.value(of: frame)
    for shift in [0, 8, 16, 24] { buffer.append(UInt8(truncatingIfNeeded: value >> shift)) }
    next.send(buffer, at: time)
  }

  func advance(to time: VirtualTime) { next.advance(to: time) }

  var nextArrival: VirtualTime? { next.nextArrival }
}
