/// A wire end whose ``WireEnd/offloads`` this side sets.
///
/// A vhost-user front end negotiates them with its guest; the kernel of a TAP device takes them as
/// they are set.
public protocol OffloadSettingWireEnd: WireEnd {
  /// Sets what each side may leave to the other.
  ///
  /// - Parameter offloads: What is asked for. Members without those that they need are left out.
  /// - Returns: What the kernel takes of it, which is ``WireEnd/offloads`` from then on.
  /// - Throws: ``WireEndError`` if the end is of no use any more.
  @discardableResult
  func setOffloads(_ offloads: WireOffloads) throws(WireEndError) -> WireOffloads
}
