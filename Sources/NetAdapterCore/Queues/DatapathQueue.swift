/// What transmit and receive queues have in common, as seen by the operating system.
///
/// The role of the operating system is played by the code that owns the queue, such as an emulated
/// NIC or a test. It posts elements, calls ``advance()`` so that the driver processes them, and
/// takes back what the driver returned. One thread at a time uses a queue.
///
/// ```
/// made ─▶ started ─cancel()─▶ cancelled ─stop()─▶ stopped ─start()─▶ started …
/// ```
///
/// No content of the rings makes a queue trap, read outside of the buffers or loop: indices are
/// checked after each callback, and the queue's own state is not in the rings.
public class DatapathQueue {
  /// The queue as its driver sees it.
  public final let handle: PacketQueue
  /// The stage of the queue's life cycle.
  public internal(set) final var state = QueueState.stopped

  internal final let configuration: RingConfiguration
  internal final let callbacks: CheckedQueueCallbacks
  internal final let verifier: RingVerifier?
  internal final var rings: NetRingCollection
  internal final var packetCursor: RingCursor
  internal final var fragmentCursor: RingCursor
  /// True while a callback, or a closure of the caller, has access to the rings.
  internal final var isBusy = false
  private final let slot: QueueSlot

  internal init(_ plan: QueuePlan, servedBy callbacks: CheckedQueueCallbacks) {
    handle = plan.handle
    configuration = plan.configuration
    slot = plan.slot
    self.callbacks = callbacks
    rings = NetRingCollection(configuration)
    verifier = plan.isVerified ? RingVerifier(plan.handle.direction, configuration) : nil
    packetCursor = RingCursor(count: configuration.ringSize)
    fragmentCursor = RingCursor(count: configuration.fragmentRingSize)
    reset()
  }

  // All members are final: calls of overridable accessors go through coroutines that allocate.

  /// Whether the queue checks its driver by all rules of the rings.
  public final var isVerified: Bool { verifier != nil }
  /// Number of packets that can be posted now; a ring of *n* elements holds *n* − 1.
  public final var freePacketCount: Int { packetCursor.free }
  /// Number of fragments that can be posted now.
  public final var freeFragmentCount: Int { fragmentCursor.free }
  /// Number of packets that the driver owns.
  public final var outstandingPacketCount: Int { packetCursor.outstanding }
  /// Number of fragments that the driver owns.
  public final var outstandingFragmentCount: Int { fragmentCursor.outstanding }
  /// Number of packets that the driver returned and the operating system has not taken back.
  public final var returnedPacketCount: Int { packetCursor.waiting }

  /// Throws for calls from inside of callbacks, and in states other than `state`.
  internal final func enter(
    _ call: String, in state: QueueState, remedy: String
  ) throws(QueueError) {
    guard !isBusy else { throw .reentered(call: call) }
    guard self.state == state else {
      let make = handle.direction == .transmit ? "makeTransmitQueue()" : "makeReceiveQueue()"
      throw .wrongState(
        call: call, state: self.state, remedy: self.state == .broken ? make : remedy)
    }
  }

  /// Resets all indices to zero, for a start.
  internal final func reset() {
    packetCursor = RingCursor(count: configuration.ringSize)
    fragmentCursor = RingCursor(count: configuration.fragmentRingSize)
    (rings.packets.beginIndex, rings.packets.nextIndex, rings.packets.endIndex) = (0, 0, 0)
    (rings.fragments.beginIndex, rings.fragments.nextIndex, rings.fragments.endIndex) = (0, 0, 0)
  }
}

/// What a queue is made from.
internal struct QueuePlan {
  internal let handle: PacketQueue
  internal let configuration: RingConfiguration
  internal let slot: QueueSlot
  internal let isVerified: Bool
}

/// One of the queues that a driver supports; its deinitialisation frees it for another queue.
internal final class QueueSlot: Sendable {
  private let release: @Sendable () -> Void

  /// Takes what to do when the queue is gone.
  internal init(release: @escaping @Sendable () -> Void) { self.release = release }

  deinit { release() }
}
