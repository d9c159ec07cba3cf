internal import CVnic
internal import NetAdapterCore

/// A set callback of C with its argument.
///
/// C says that both may be used on the thread that a call of the NIC came from.
@safe
internal struct SetCallback: @unchecked Sendable {
  private let function: vnic_set_offload
  private let context: UnsafeMutableRawPointer?

  fileprivate init(_ function: @escaping vnic_set_offload, _ context: UnsafeMutableRawPointer?) {
    unsafe (self.function, self.context) = unsafe (function, context)
  }

  fileprivate func callAsFunction(_ nic: NICHandle, _ active: UInt32) {
    // SAFETY: the NIC exists as long as its gate is open.
    unsafe function(context, nic.pointer, active)
  }
}

/// The handle of a NIC, for its callbacks on any thread.
@safe
private struct NICHandle: @unchecked Sendable {
  let pointer: OpaquePointer
}

/// Calls the set callbacks of a NIC, from when it is complete until C destroys it.
internal final class Gate: Sendable {
  private enum State: Sendable {
    /// The NIC is being restored: these are to be called when it is complete.
    case waiting([Call])
    case open(NICHandle)
    case closed
  }

  private struct Call: Sendable {
    let callback: SetCallback
    let active: UInt32
  }

  private let state = Guarded(State.waiting([]))

  /// Calls the callbacks that wait, and lets others through.
  func open(for nic: OpaquePointer) {
    let handle = unsafe NICHandle(pointer: nic)
    let waiting = state.withLock { state -> [Call] in
      guard case .waiting(let calls) = state else { return [] }
      state = .open(handle)
      return calls
    }
    for call in waiting { self.call(call.callback, call.active) }
  }

  /// Lets no callback through from now on.
  func close() { state.withLock { $0 = .closed } }

  /// Whether C has destroyed the NIC.
  var isClosed: Bool {
    state.withLock { if case .closed = $0 { true } else { false } }
  }

  private func call(_ callback: SetCallback, _ active: UInt32) {
    let handle = state.withLock { state -> NICHandle? in
      switch state {
      case .waiting(let calls):
        state = .waiting(calls + [Call(callback: callback, active: active)])
        return nil
      case .open(let handle): return handle
      case .closed: return nil
      }
    }
    if let handle { callback(handle, active) }
  }

  /// The callback of the adapter that calls a function of C; nil for NULL.
  func callback(
    _ function: vnic_set_offload?, _ context: UnsafeMutableRawPointer?
  ) -> EvtAdapterSetOffload? {
    guard let function = unsafe function else { return nil }
    let callback = unsafe SetCallback(function, context)
    return { [self] _, offload in call(callback, offload.offloads.bits) }
  }
}
