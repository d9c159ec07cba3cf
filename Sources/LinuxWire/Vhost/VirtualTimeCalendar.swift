internal import CLinuxWire
internal import Glibc
public import VirtualNIC
public import WireFormats

/// One clock for several kernels and what is between them.
///
/// User-mode Linux with `time-travel=ext:NUMBER:PATH` has no clock of its own. A guest runs when
/// the calendar lets it, in no time, until it waits for something; then the clock goes on to what
/// happens next. So an hour without traffic takes a moment, however busy the machine is, and every
/// run gives the same frames at the same nanoseconds.
///
/// ```swift
/// let calendar = try VirtualTimeCalendar(path: "/run/time.sock", bridge: bridge)
/// while !calendar.isFinished {
///   poll(calendar.descriptors)
///   try calendar.process()
/// }
/// ```
///
/// The back ends offer in-band notifications (``VhostUserConfiguration/Values``), because an event
/// could not say when it came. At most one guest runs at a time. A frame for a guest is delivered
/// while no guest runs, and its notification is answered before anything else happens.
///
/// Guests are alike from run to run if they have the same command line, no address space
/// randomisation (`setarch -R`) and no random numbers of the host.
public final class VirtualTimeCalendar {
  /// The most events and frames of one call of ``process()``.
  public static let eventLimit = 4_096

  /// The path of the socket that guests are given.
  public let path: String
  /// The back ends of the guests.
  public let ends: [VhostUserBackend]
  /// The time of day at the start of the simulation, in nanoseconds since 1970.
  public var timeOfDay: UInt64 = 1_700_000_000_000_000_000
  /// When the simulation ends, if guests do not end it before; nil for no limit.
  ///
  /// What happens at that moment still happens, and nothing later does.
  public var end: VirtualTime?
  /// The present moment.
  public private(set) var now = VirtualTime.start
  /// How often a guest was let run.
  public private(set) var runCount = 0
  /// Messages of guests that are not known; they are answered, and have no other effect.
  public private(set) var unknownMessageCount = 0
  /// Frames for guests that had no room for them, or were not ready.
  public private(set) var undeliveredCount = 0

  private let world: any VirtualTimeWorld
  private var listener: Int32?
  private var guests: [VirtualTimeGuest] = []
  /// Whether all guests have begun.
  public private(set) var hasBegun = false
  /// Whether ``end`` has come.
  private var isOver = false
  /// Frames for guests, which are delivered one by one.
  private var outbox: [(end: Int, header: VirtioNetHeader, octets: [UInt8])] = []
  private var delivered = 0

  /// Makes a socket that guests connect to; there are as many as back ends.
  ///
  /// - Throws: ``WireEndError/system(call:device:errno:)`` as
  ///   ``VhostUserBackend/init(path:configuration:)``.
  public init(
    path: String, ends: [VhostUserBackend], world: any VirtualTimeWorld
  ) throws(WireEndError) {
    // SAFETY: the path is only read within the call.
    let result = unsafe path.utf8.contains(0) ? -EINVAL : vhost_listen(path)
    guard result >= 0 else { throw .system(call: "bind", device: path, errno: -result) }
    (self.path, self.ends, self.world, listener) = (path, ends, world, result)
  }

  deinit { close() }

  /// Ends all connections and removes the socket file; the back ends are the caller's.
  ///
  /// Further calls have no effect.
  public func close() {
    guests = []
    outbox = []
    // SAFETY: the path is only read within the call.
    if let listener { unsafe vhost_close_listener(path, listener) }
    listener = nil
  }

  /// Whether all guests have begun and gone, or ``end`` has come.
  public var isFinished: Bool { isOver || hasBegun && guests.isEmpty }

  /// The numbers that the guests have which are there: the `NUMBER` of `time-travel=ext:NUMBER`.
  ///
  /// Guests that want to run at the same moment run in the order of their numbers. Runs of guests
  /// whose numbers are equal may differ.
  public var guestNumbers: [UInt64] { guests.filter { $0.state != nil }.map(\.number) }

  /// The file descriptors to poll for input.
  public var descriptors: [Int32] {
    var numbers = hasBegun ? [] : listener.map { [$0] } ?? []
    numbers += guests.map(\.descriptor)
    for end in ends { numbers += end.descriptors }
    return numbers
  }

  /// Takes a frame for a guest, which gets it at the present moment.
  ///
  /// - Complexity: O(*n*) in the octets, which are copied.
  public func deliver(_ header: VirtioNetHeader, _ frame: RawSpan, to end: Int) {
    guard ends.indices.contains(end) else { return }
    // SAFETY: the octets are copied within the call.
    outbox.append((end, header, unsafe frame.withUnsafeBytes { unsafe Array($0) }))
  }

  /// Does everything that can be done without waiting.
  ///
  /// - Throws: ``WireEndError`` of a back end.
  /// - Complexity: At most ``eventLimit`` events and frames. If there are more, a descriptor may
  ///   not be ready for input: call it again while it returns true.
  /// - Returns: Whether there is more to do at once.
  @discardableResult
  public func process() throws(WireEndError) -> Bool {
    accept()
    for _ in 0..<Self.eventLimit {
      try takeMessages()
      guard !ends.contains(where: \.isAwaitingAnswers) else { return false }
      guard hasBegun, !guests.contains(where: { $0.state == .running }) else { return false }
      if deliverNext() { continue }
      guard goOn() else { return false }
    }
    return true
  }

  /// Lets happen what happens next, in the world or in a guest; false if nothing does.
  private func goOn() -> Bool {
    guard !isOver, !guests.isEmpty else { return false }
    let guest = nextGuest
    let event = world.nextEvent?.nanoseconds
    let next = min(event ?? .max, guest?.wanted ?? .max)
    if let end, next > end.nanoseconds || (event == nil && guest == nil) {
      (now, isOver) = (max(now, end), true)
      return false
    }
    if let event, event == next {
      now = max(now, VirtualTime(nanoseconds: event))
      world.advance(to: now, self)
      return true
    }
    guard let guest else { return false }
    run(guest)
    return true
  }

  private func accept() {
    guard let listener, !hasBegun else { return }
    while guests.count < ends.count {
      let result = vhost_accept(listener)
      guard result >= 0 else { return }
      guests.append(VirtualTimeGuest(OwnedDescriptor(result)))
    }
  }

  /// Takes what guests have to say, to the calendar and to their back ends.
  private func takeMessages() throws(WireEndError) {
    for index in ends.indices {
      let end = ends[index]
      while try end.process(
        limit: 256,
        { header, frame in
          world.receive(header, frame, from: index, at: now, self)
        }) == 256
      {}
    }
    guests.removeAll { guest in
      do throws(VhostUserFault) {
        while let message = try guest.next() { answer(message, guest) }
        return false
      } catch {
        return true
      }
    }
    if !hasBegun, guests.count == ends.count {
      hasBegun = guests.allSatisfy { $0.state == .starting }
    }
  }

  private func answer(_ message: VirtualTimeMessage, _ guest: VirtualTimeGuest) {
    var time = message.time
    switch VirtualTimeMessage.Operation(rawValue: message.operation) {
    case .acknowledge: return
    case .start:
      (guest.state, guest.wanted) = (.starting, 0)
      (guest.startSequence, guest.number) = (message.sequence, message.time)
      return
    case .request: guest.wanted = message.time
    case .wait: guest.state = .waiting
    case .get: time = now.nanoseconds
    case .update: now = max(now, VirtualTime(nanoseconds: message.time))
    case .getTimeOfDay: time = timeOfDay
    case .broadcast: break
    case .run, .freeUntil, nil: unknownMessageCount += 1
    }
    guest.send(VirtualTimeMessage(.acknowledge, sequence: message.sequence, time: time))
  }

  /// Delivers one frame; false if there is none.
  private func deliverNext() -> Bool {
    guard delivered < outbox.count else { return false }
    let (end, header, octets) = outbox[delivered]
    delivered += 1
    if delivered == outbox.count {
      outbox.removeAll(keepingCapacity: true)
      delivered = 0
    }
    let result = (try? ends[end].send(header, octets.octets)) ?? .notReady
    if result != .sent { undeliveredCount += 1 }
    world.delivered(header, octets.octets, to: end, result, self)
    return true
  }

  /// The guest that wants to run first; the one with the lower number of two.
  private var nextGuest: VirtualTimeGuest? {
    guests.filter { $0.wanted != nil }
      .min { ($0.wanted ?? 0, $0.number) < ($1.wanted ?? 0, $1.number) }
  }

  private func run(_ guest: VirtualTimeGuest) {
    now = max(now, VirtualTime(nanoseconds: guest.wanted ?? 0))
    runCount += 1
    let isStart = guest.state == .starting
    (guest.state, guest.wanted) = (.running, nil)
    guest.send(
      isStart
        ? VirtualTimeMessage(.acknowledge, sequence: guest.startSequence, time: guest.number)
        : VirtualTimeMessage(.run, time: now.nanoseconds))
  }
}
