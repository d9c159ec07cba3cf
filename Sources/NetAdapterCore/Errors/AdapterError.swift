/// Why an adapter did not start, stop or take over a request.
///
/// Nothing has changed then.
public enum AdapterError: Error, Hashable, Sendable {
  /// A call that must come before start; raw values say which.
  public enum Requirement: String, Hashable, Sendable, CaseIterable {
    /// `NetAdapterSetDataPathCapabilities`.
    case datapathCapabilities = "setDatapathCapabilities(transmit:receive:)"
    /// `NetAdapterSetLinkLayerCapabilities`.
    case linkLayerCapabilities = "setLinkLayerCapabilities(_:)"
    /// `NetAdapterSetLinkLayerMtuSize`.
    case linkLayerMtuSize = "setLinkLayerMtuSize(_:)"
  }

  /// The call does not fit the state; `remedy` is the call that leads to one where it does.
  case wrongState(call: String, state: NetAdapter.State, remedy: String)
  /// These calls must come before start.
  case missing([Requirement])
  /// The request was refused as a whole.
  case refused(OffloadRefusal)

  /// The `NTSTATUS` that Windows has for it: `STATUS_INVALID_DEVICE_REQUEST`,
  /// `STATUS_INVALID_PARAMETER` or `STATUS_NOT_SUPPORTED`.
  public var status: UInt32 {
    switch self {
    case .wrongState: 0xC000_0010
    case .missing: 0xC000_000D
    case .refused: OffloadRefusal.status
    }
  }
}

extension AdapterError: CustomStringConvertible {
  /// One sentence that says what to do.
  public var description: String {
    switch self {
    case .wrongState(let call, let state, let remedy):
      "\(call) does not fit an adapter that is \(state.rawValue); call \(remedy) first"
    case .missing(let requirements):
      "before start(), call \(requirements.map(\.rawValue).joined(separator: ", "))"
    case .refused(let refusal): refusal.description
    }
  }
}
