/// A callback that tells a driver which offloads are active from now on.
///
/// The type of `EVT_NET_ADAPTER_OFFLOAD_SET_GSO`, `EVT_NET_ADAPTER_OFFLOAD_SET_TX_CHECKSUM`,
/// `EVT_NET_ADAPTER_OFFLOAD_SET_RX_CHECKSUM` and `EVT_NET_ADAPTER_OFFLOAD_SET_RSC`. It cannot veto.
/// Callbacks of one adapter never overlap, run on a thread that called the adapter, and run outside
/// of all its locks: they may call any of its methods (see ``NetAdapter``). The second argument
/// does not outlive the call.
public typealias EvtAdapterSetOffload = @Sendable (NetAdapter, borrowing NetOffload) -> Void
