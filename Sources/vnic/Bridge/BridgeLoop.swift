#if os(Linux)
  import Foundation
  import LinuxWire
  import VirtualNIC

  /// Waits for frames, for lines of standard input and for the end, and lets the bridge work.
  struct BridgeLoop {
    /// Nanoseconds between two updates of the live counters.
    private static let displayInterval: UInt64 = 500_000_000
    /// Milliseconds to wait if an end reports an error and has nothing to say.
    private static let errorPause: Int32 = 20

    private let bridge: WireBridge
    private let sides: [BridgeSide]
    private let signals: StopSignals
    private let capture: BridgeCapture?
    private let end: UInt64?
    private let start = Self.now
    private var lines = LineInput()
    private var polled: [pollfd] = []
    private var display = BridgeDisplay()
    /// Requests that were taken from standard input.
    private(set) var requests: [String] = []
    /// Nanoseconds that the bridge has worked.
    private(set) var elapsed: UInt64 = 0

    init(
      _ bridge: WireBridge, _ sides: [BridgeSide], _ signals: StopSignals,
      _ capture: BridgeCapture?, duration: Int?
    ) {
      (self.bridge, self.sides, self.signals, self.capture) = (bridge, sides, signals, capture)
      let start = start
      end = duration.map { start + UInt64($0) * 1_000_000_000 }
    }

    /// The monotonic clock, in nanoseconds.
    private static var now: UInt64 {
      var time = timespec()
      // SAFETY: the structure lives for the call.
      _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
      return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Runs to the end; returns why it ended early, nil if it was told to.
    mutating func run() -> Failure? {
      defer {
        display.end()
        elapsed = Self.now - start
      }
      var hasMore = false
      while true {
        let now = Self.now
        if let end, now >= end { return nil }
        fillPolled()
        let wait = hasMore ? 0 : timeout(from: now)
        // SAFETY: the array has as many elements as the call is told.
        let ready = unsafe poll(&polled, nfds_t(polled.count), wait)
        if ready < 0, errno != EINTR { return Failure("poll: \(systemErrorText())") }
        if polled[0].revents != 0 { return nil }
        if polled[1].revents != 0 { readLines() }
        do throws(WireEndError) {
          let time = VirtualTime(nanoseconds: Self.now - start)
          hasMore = try bridge.process(at: time) > 0
        } catch {
          return Failure("\(error)")
        }
        if let failure = capture?.failure { return failure }
        let hasError = polled.dropFirst(2).contains { $0.revents & Int16(POLLERR | POLLHUP) != 0 }
        if hasError, !hasMore {
          _ = poll(nil, 0, Self.errorPause)
        }
        display.show(bridge, at: Self.now - start)
      }
    }

    private mutating func fillPolled() {
      polled.removeAll(keepingCapacity: true)
      add(signals.descriptor)
      // poll(2) passes over negative descriptors.
      add(lines.isOpen ? STDIN_FILENO : -1)
      for descriptor in bridge.left.end.descriptors { add(descriptor) }
      for descriptor in bridge.right.end.descriptors { add(descriptor) }
    }

    private mutating func add(_ descriptor: Int32) {
      polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
    }

    /// Milliseconds until something is due, rounded down so that nothing is late; -1 for no limit.
    private func timeout(from now: UInt64) -> Int32 {
      var due = end ?? .max
      if let deadline = bridge.nextDeadline {
        due = min(due, start.addingReportingOverflow(deadline.nanoseconds).partialValue)
      }
      if display.isWanted { due = min(due, now + Self.displayInterval) }
      guard due != .max else { return -1 }
      return due <= now ? 0 : Int32(clamping: (due - now) / 1_000_000)
    }

    private mutating func readLines() {
      for line in lines.read() {
        do throws(Failure) {
          guard let request = try BridgeRequest(line) else { continue }
          if let side = sides.first(where: { $0.name == request.side }) {
            try side.apply(request)
            let offloads = side.side.end.offloads
            printError("\(request.text): done, offloads of \(side.name) \(offloads)\n")
            if requests.count < 1_000 { requests.append(request.text) }
          }
        } catch {
          printError("vnic: \(error.message ?? "")\n")
        }
      }
    }
  }

  /// Lines of standard input, as they come.
  private struct LineInput {
    /// The longest line, in octets.
    private static let limit = 4_096
    private(set) var isOpen = true
    private var pending: [UInt8] = []

    /// Reads once; returns the complete lines.
    mutating func read() -> [String] {
      var octets = [UInt8](repeating: 0, count: Self.limit)
      // SAFETY: the array has as many octets as the call is told.
      let count = unsafe Foundation.read(STDIN_FILENO, &octets, octets.count)
      if count <= 0 {
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        isOpen = false
        pending.append(0x0A)
      } else {
        pending += octets.prefix(count)
      }
      var lines = pending.split(separator: 0x0A, omittingEmptySubsequences: false)
      let rest = lines.popLast() ?? []
      let texts = lines.map { String(decoding: $0, as: UTF8.self) }
      // A line without an end is no line.
      pending = rest.count > Self.limit ? [] : Array(rest)
      return texts
    }
  }

  /// Live counters on a terminal.
  private struct BridgeDisplay {
    private static let interval: UInt64 = 500_000_000
    let isWanted = isatty(STDERR_FILENO) == 1
    private var next: UInt64 = interval
    private var last: (time: UInt64, left: Int, right: Int) = (0, 0, 0)
    private var isShown = false

    mutating func show(_ bridge: WireBridge, at time: UInt64) {
      guard isWanted, time >= next else { return }
      next = time + Self.interval
      let (left, right) = (bridge.left.counters, bridge.right.counters)
      let seconds = Double(time - last.time) / 1e9
      let rates = [left.octetsRead - last.left, right.octetsRead - last.right].map {
        String(format: "%.2f Gbit/s", Double($0) * 8 / seconds / 1e9)
      }
      last = (time, left.octetsRead, right.octetsRead)
      isShown = true
      let dropped = left.dropped + right.dropped
      printError(
        "\rleft to right \(rates[0]), right to left \(rates[1]), "
          + "\(left.framesRead + right.framesRead) frames, \(dropped) dropped\u{1B}[K")
    }

    func end() {
      if isShown { printError("\r\u{1B}[K") }
    }
  }
#endif
