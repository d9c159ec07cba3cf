public import VirtualNIC
public import WireFormats

/// What is between the guests of a ``VirtualTimeCalendar``: wires, switches, whatever takes time.
///
/// No member reads a clock. A world that draws its random numbers from a seed gives the same run
/// for the same seed.
public protocol VirtualTimeWorld: AnyObject {
  /// A guest has sent a frame.
  ///
  /// - Parameters:
  ///   - header: What is left to this side, as ``VhostUserBackend/hostOffloads`` say.
  ///   - frame: The octets, borrowed for the call.
  ///   - end: The index of the guest's back end.
  ///   - time: Now.
  ///   - calendar: Takes frames for guests:
  ///     ``VirtualTimeCalendar/deliver(_:_:to:)``.
  func receive(
    _ header: VirtioNetHeader, _ frame: RawSpan, from end: Int, at time: VirtualTime,
    _ calendar: VirtualTimeCalendar)

  /// A frame that the world gave the calendar was delivered, or dropped.
  ///
  /// Does nothing unless the world has a function of its own for it.
  ///
  /// - Parameters:
  ///   - header: What is left to the guest.
  ///   - frame: The octets, borrowed for the call.
  ///   - end: The index of the guest's back end.
  ///   - result: Whether the guest has the frame, or why it was dropped.
  ///   - calendar: Its ``VirtualTimeCalendar/now`` is the moment of the delivery.
  func delivered(
    _ header: VirtioNetHeader, _ frame: RawSpan, to end: Int, _ result: WireSendResult,
    _ calendar: VirtualTimeCalendar)

  /// When something happens next without the guests; nil if nothing does.
  var nextEvent: VirtualTime? { get }

  /// Does everything that happens until a time, for example delivers frames that arrive.
  ///
  /// Afterwards ``nextEvent`` is later than `time`; a world whose next event is not is advanced
  /// again, ``VirtualTimeCalendar/eventLimit`` times in one call.
  func advance(to time: VirtualTime, _ calendar: VirtualTimeCalendar)
}

extension VirtualTimeWorld {
  /// Does nothing.
  public func delivered(
    _ header: VirtioNetHeader, _ frame: RawSpan, to end: Int, _ result: WireSendResult,
    _ calendar: VirtualTimeCalendar
  ) {}
}
