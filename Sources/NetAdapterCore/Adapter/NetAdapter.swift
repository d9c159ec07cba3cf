/// Stub.
public final class NetAdapter: Sendable {
  /// Stub.
  public init() {}
}
