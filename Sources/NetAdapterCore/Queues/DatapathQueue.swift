/// What transmit and receive queues have in common, as the operating system sees them.
///
/// The operating system is whoever drives the queue: an emulated NIC, a test. It hands over elements,
/// calls ``advance()`` for the driver to work on them, and takes back what was returned. A queue belongs
/// to whoever made it and is used by one thread at a time.
///
/// ```
/// made ─▶ started ─cancel()─▶ cancelled ─stop()─▶ stopped ─start()─▶ started …
/// ```
///
/// Whatever a driver leaves in the rings, nothing here traps, reads outside of the buffers or loops on:
/// indices are checked after each callback, and what the operating system has to remember it keeps
/// elsewhere.
public class DatapathQueue {
  /// The queue as its driver sees it.
  public final let handle: PacketQueue
  /// Where the queue is in its life.
  public internal(set) final var state = QueueState.stopped

  internal final let configuration: QueueConfiguration
  internal final let callbacks: CheckedQueueCallbacks
  internal final let verifier: RingVerifier?
  internal final var rings: NetRingCollection
  internal final var packetCursor: RingCursor
  internal final var fragmentCursor: RingCursor
  /// True while somebody else's code has the rings.
  internal final var isBusy = false
  private final let slot: QueueSlot

  internal init(_ plan: QueuePlan, _ callbacks: CheckedQueueCallbacks) {
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

  // Everything is final: what a subclass could override is reached through coroutines that allocate.

  /// Whether a verifier looks at what the driver does.
  public final var isVerified: Bool { verifier != nil }
  /// Packets that can be handed over now; a ring of *n* elements holds *n* − 1.
  public final var freePacketCount: Int { packetCursor.free }
  /// Fragments that can be handed over now.
  public final var freeFragmentCount: Int { fragmentCursor.free }
  /// Packets that the driver has.
  public final var outstandingPacketCount: Int { packetCursor.outstanding }
  /// Fragments that the driver has.
  public final var outstandingFragmentCount: Int { fragmentCursor.outstanding }
  /// Packets that the driver returned and nobody took.
  public final var returnedPacketCount: Int { packetCursor.waiting }

  /// Refuses calls from inside of callbacks, and in other states than these.
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

  /// Puts everything back to zero, for a start.
  internal final func reset() {
    packetCursor = RingCursor(count: configuration.ringSize)
    fragmentCursor = RingCursor(count: configuration.fragmentRingSize)
    (rings.packets.beginIndex, rings.packets.nextIndex, rings.packets.endIndex) = (0, 0, 0)
    (rings.fragments.beginIndex, rings.fragments.nextIndex, rings.fragments.endIndex) = (0, 0, 0)
  }
}
