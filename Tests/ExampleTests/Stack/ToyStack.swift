import GsoEngine
import NetAdapterCore
import VirtualNIC
import WireFormats

/// A protocol stack on a NIC: sends a byte stream, receives one.
final class ToyStack {
  let nic: VirtualNIC
  let here: Endpoint
  let there: Endpoint
  private(set) var sender = StreamSender([])
  private(set) var receiver = StreamReceiver()
  /// Frames that the NIC did not vouch for, or that are not for this stack.
  private(set) var rejectedCount = 0
  private var inbox: [ToySegment] = []
  private var identification: UInt16 = 0

  init(on nic: VirtualNIC, here: Endpoint, there: Endpoint) {
    (self.nic, self.here, self.there) = (nic, here, there)
    // The NIC is in the middle of something when it calls: take a note, act later. And it must not
    // keep the stack alive that keeps it alive.
    nic.onReceive = { [weak self] frame, checksums, _ in self?.arrived(frame, checksums) }
  }

  /// Gives the stack something to send; ``run(at:)`` sends it.
  func send(_ stream: [UInt8]) { sender = StreamSender(stream) }

  /// True if a frame has arrived that ``run(at:)`` has not seen.
  var hasWork: Bool { !inbox.isEmpty }

  private func arrived(_ frame: RawSpan, _ checksums: ReceivedMetadata) {
    // A frame has no frame check sequence here, so damage gets as far as this. The NIC has computed
    // both checksums; a stack believes it.
    guard checksums.layer3 == .valid, checksums.layer4 == .valid,
      let segment = ToySegment(parsing: frame),
      segment.source == there, segment.destination == here
    else {
      rejectedCount += 1
      return
    }
    inbox.append(segment)
  }

  /// Works through what has arrived, and sends what may be sent.
  func run(at now: VirtualTime) {
    let segments = inbox
    inbox = []
    for segment in segments {
      sender.acknowledge(segment.acknowledgement, at: now)
      guard !segment.payload.isEmpty else { continue }
      receiver.take(segment.payload, sequence: segment.sequence)
      transmit([], from: sender.sent, at: now)
    }
    while let range = sender.next(at: now) {
      transmit(Array(sender.stream[range]), from: range.lowerBound, at: now)
    }
  }

  /// Hands a frame to the NIC, with what is left to it.
  private func transmit(_ payload: [UInt8], from position: Int, at now: VirtualTime) {
    let segment = ToySegment(
      source: here, destination: there, sequence: StreamSender.sequence(of: position),
      acknowledgement: receiver.expected, flags: payload.isEmpty ? .ack : [.ack, .psh],
      payload: payload)
    guard let frame = try? segment.frame(identification: identification) else { return }
    let size = StreamSender.segmentSize
    identification &+= UInt16(max(1, (payload.count + size - 1) / size))
    if payload.count > size {
      // Too large for the wire: who segments it, hardware or software, is not the stack's affair.
      nic.transmit(frame, segmentSize: size, at: now)
    } else {
      nic.transmit(frame, TransmitRequest(checksums: [.ipv4Header, .transport]), at: now)
    }
  }
}
