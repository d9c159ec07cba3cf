#if os(Linux)
  import Foundation
  import LinuxWire
  import VirtualNIC

  /// The time that a bridge has: that of this machine, or the virtual time of its guests.
  final class BridgeClock {
    private let calendar: VirtualTimeCalendar?
    /// How many guests are there, as was said last.
    private var saidGuestCount = 0

    /// Makes the calendar that the options ask for; guests may connect from then on.
    ///
    /// - Throws: ``Failure`` if its socket cannot be.
    init(_ options: BridgeOptions, _ bridge: WireBridge) throws(Failure) {
      guard let path = options.virtualTimePath else {
        calendar = nil
        return
      }
      do throws(WireEndError) {
        calendar = try VirtualTimeCalendar(path: path, bridge: bridge)
      } catch {
        throw Failure("--virtual-time: \(error)")
      }
      calendar?.end = options.duration.map {
        VirtualTime(nanoseconds: UInt64($0) * 1_000_000_000)
      }
    }

    /// The monotonic clock of this machine, in nanoseconds.
    static var monotonic: UInt64 { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> UInt64 {
      var time = timespec()
      // SAFETY: the structure lives for the call.
      _ = unsafe clock_gettime(clock, &time)
      return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    var isVirtual: Bool { calendar != nil }

    /// Nanoseconds of virtual time that have gone by; nil without one.
    var virtualTime: UInt64? { calendar?.now.nanoseconds }

    /// Nanoseconds since 1970, as the kernels on both ends see them.
    var timeOfDay: UInt64 {
      guard let calendar else { return Self.read(CLOCK_REALTIME) }
      return calendar.timeOfDay &+ calendar.now.nanoseconds
    }

    /// Whether all guests have gone, or virtual time has come to its end.
    var isFinished: Bool { calendar?.isFinished ?? false }

    /// What to poll for input.
    func descriptors(of bridge: WireBridge) -> [Int32] {
      calendar?.descriptors ?? bridge.descriptors
    }

    /// Lets the bridge work.
    ///
    /// - Parameters:
    ///   - bridge: The bridge.
    ///   - start: When it began, by the monotonic clock.
    /// - Returns: Whether there is more to do at once.
    /// - Throws: ``WireEndError`` of an end that is of no use any more.
    func process(_ bridge: WireBridge, since start: UInt64) throws(WireEndError) -> Bool {
      guard let calendar else {
        return try bridge.process(at: VirtualTime(nanoseconds: Self.monotonic - start)) > 0
      }
      defer { sayWhoIsThere(calendar) }
      return try calendar.process()
    }

    /// Ends virtual time, and removes its socket.
    func close() { calendar?.close() }

    /// What is ready, in one line; empty for the time of this machine.
    var text: String {
      guard let calendar else { return "" }
      let modes = (0...1).map { "time-travel=ext:\($0):\(calendar.path)" }
      return "virtual time \(calendar.path): waiting for two guests, \(modes[0]) and \(modes[1])\n"
    }

    /// Says how many guests are there, until they begin.
    private func sayWhoIsThere(_ calendar: VirtualTimeCalendar) {
      guard saidGuestCount < 2 else { return }
      let numbers = calendar.guestNumbers
      guard calendar.hasBegun || numbers.count != saidGuestCount else { return }
      saidGuestCount = calendar.hasBegun ? 2 : numbers.count
      let place = "virtual time \(calendar.path): "
      guard calendar.hasBegun else {
        return printError(place + "\(numbers.count) of 2 guests is there, waiting for the other\n")
      }
      printError(place + "both guests are there\n")
      if Set(numbers).count < numbers.count {
        printError(
          "vnic: both guests have the same number, so runs may differ: one needs "
            + "time-travel=ext:0:\(calendar.path), the other time-travel=ext:1:\(calendar.path)\n")
      }
    }
  }
#endif
