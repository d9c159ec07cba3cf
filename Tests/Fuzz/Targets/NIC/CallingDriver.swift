import NetAdapterCore

/// A driver whose callbacks call the adapter that calls them.
///
/// It is used by one thread at a time.
final class CallingDriver: @unchecked Sendable {
  private var depth = 0
  /// Calls from callbacks in all: one that answers each call with a request would never end.
  private var callCount = 0

  /// A callback that makes the call that a seed chooses; most seeds choose none.
  func callback(_ seed: UInt8) -> EvtAdapterSetOffload {
    { adapter, offload in
      _ = (offload.isLsoIPv4Enabled, offload.isUsoIPv6Enabled)
      self.answer(adapter, seed)
    }
  }

  private func answer(_ adapter: NetAdapter, _ seed: UInt8) {
    guard depth < 3, callCount < 20, seed & 0xF0 == 0xF0 else { return }
    depth += 1
    callCount += 1
    defer { depth -= 1 }
    switch seed & 15 {
    case 0: try? adapter.stop()
    case 1: try? adapter.start()
    case 2: try? adapter.pauseOffloadCapabilities()
    case 3: try? adapter.resumeOffloadCapabilities()
    case 4: try? adapter.setOffloadParameters(OffloadParameters())
    case 5: adapter.setKeyword(.lsoV2IPv4, to: .string("0"))
    case 6: try? adapter.setLinkLayerMtuSize(700)
    case 7:
      try? adapter.setGsoCapabilities(
        GsoCapabilities(
          layer3: .all, layer4: .all, maximumOffloadSize: 9_000, minimumSegmentCount: 2,
          evtSetGso: callback(0)))
    default: _ = (adapter.state, adapter.activeOffloads, adapter.stackOffloads)
    }
  }
}
