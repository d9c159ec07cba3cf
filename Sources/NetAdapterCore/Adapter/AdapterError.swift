/// Why an adapter did not start, stop or accept a request; the call changed nothing.
public enum AdapterError: Error, Hashable, Sendable {
  /// A call that is required before start; the raw value is its name.
  public enum Requirement: String, Hashable, Sendable, CaseIterable {
    /// `NetAdapterSetDataPathCapabilities`.
    case datapathCapabilities = "setDatapathCapabilities(transmit:receive:)"
    /// `NetAdapterSetLinkLayerCapabilities`.
    case linkLayerCapabilities = "setLinkLayerCapabilities(_:)"
    /// `NetAdapterSetLinkLayerMtuSize`.
    case linkLayerMtuSize = "setLinkLayerMtuSize(_:)"
  }

  /// The adapter is in another state; `remedy` is the call to make first.
  case wrongState(call: String, state: NetAdapter.State, remedy: String)
  /// These calls are required before start.
  case missing([Requirement])
  /// The request was refused; none of its members has an effect.
  case refused(OffloadRefusal)
  /// The call comes from inside of set callbacks that have caused `limit` changes already
  /// (``NetAdapter/maximumNestedChanges``).
  case tooManyNestedChanges(call: String, limit: Int)

  /// The `NTSTATUS` that Windows returns: `STATUS_INVALID_DEVICE_REQUEST`,
  /// `STATUS_INVALID_PARAMETER` or `STATUS_NOT_SUPPORTED`.
  public var status: UInt32 {
    switch self {
    case .wrongState, .tooManyNestedChanges: 0xC000_0010
    case .missing: 0xC000_000D
    case .refused: OffloadRefusal.status
    }
  }
}

extension AdapterError: CustomStringConvertible {
  /// One sentence that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .wrongState(let call, let state, let remedy):
      "\(call) does not fit an adapter that is \(state.rawValue); call \(remedy) first"
    case .missing(let requirements):
      "before start(), call \(requirements.map(\.rawValue).joined(separator: ", "))"
    case .refused(let refusal): refusal.description
    case .tooManyNestedChanges(let call, let limit):
      "\(call) was called from inside of set callbacks that have caused \(limit) changes already; "
        + "call it after they have returned"
    }
  }
}
