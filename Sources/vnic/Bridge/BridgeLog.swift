#if os(Linux)
  import Synchronization

  /// What set-GSO callbacks were told; they may run on any thread.
  final class BridgeLog: Sendable {
    /// One call of a callback.
    struct Callback: Encodable {
      let side: String
      let told: GsoAnswers
    }

    private struct State {
      var isActive = false
      var callbacks: [Callback] = []
    }

    /// The most that are kept for the summary.
    private static let limit = 1_000
    private let state = Mutex(State())

    /// Whether calls are printed: after the start.
    var isActive: Bool {
      get { state.withLock { $0.isActive } }
      set { state.withLock { $0.isActive = newValue } }
    }

    /// The calls, from the start on.
    var callbacks: [Callback] { state.withLock { $0.callbacks } }

    /// Notes a call.
    func callback(_ side: String, _ answers: GsoAnswers) {
      let isPrinted = state.withLock {
        if $0.callbacks.count < Self.limit {
          $0.callbacks.append(Callback(side: side, told: answers))
        }
        return $0.isActive
      }
      guard isPrinted else { return }
      let kinds = zip(GsoKind.allCases, answers.inOrder).map {
        "\($0.rawValue) \($1 ? "on" : "off")"
      }
      printError("\(side): set-GSO callback: \(kinds.joined(separator: ", "))\n")
    }
  }
#endif
