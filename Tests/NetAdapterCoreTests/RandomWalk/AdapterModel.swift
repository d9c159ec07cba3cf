import NetAdapterCore

/// States, declarations and switches; nothing else.
struct AdapterModel {
  let world: World
  var state = NetAdapter.State.initialized
  var switches: any ReferenceModel
  /// The declared structures by the names of their callbacks; each declaration has a number.
  var declared: [String: Int] = [:]
  var isGsoSilent = false
  /// The callbacks that the last call must have called.
  var round: [String] = []

  var isStarted: Bool { state == .started || state == .paused }
  var active: Set<String> { switches.driver }
  var stack: Set<String> { switches.stack }

  /// The callbacks of one round, in order.
  var callbacks: [String] {
    ["tx", "rx", "gso", "rsc"].compactMap { name in
      guard let number = declared[name], name != "gso" || !isGsoSilent else { return nil }
      return "\(name)\(number)"
    }
  }
}
