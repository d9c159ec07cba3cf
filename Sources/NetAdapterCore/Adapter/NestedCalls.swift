/// What runs on the current thread, or in the current task: callbacks of adapters.
internal enum CallbackContext {
  /// True inside of a set callback of any adapter.
  @TaskLocal internal static var isInSetCallback = false
  /// How many queues are being made inside of each other.
  @TaskLocal internal static var queueDepth = 0

  /// The most queues that are made inside of each other.
  internal static let maximumQueueDepth = 16
}

extension NetAdapter {
  /// The most changes that the callbacks of one call may cause by calls of their own.
  ///
  /// A callback that answers each call with another change would otherwise be called for ever.
  public static let maximumNestedChanges = 1_000
}

extension AdapterRecord {
  /// Whether a change comes from inside of callbacks that have caused too many already.
  internal var hasTooManyNestedChanges: Bool {
    isNestedCall && nestedChangeCount >= NetAdapter.maximumNestedChanges
  }

  /// Whether the call comes from inside of a callback whose delivery waits for it.
  internal var isNestedCall: Bool { isDelivering && CallbackContext.isInSetCallback }

  /// Throws if the callbacks under way have caused too many changes.
  internal func checkNesting(_ call: String) throws(AdapterError) {
    guard hasTooManyNestedChanges else { return }
    throw .tooManyNestedChanges(call: call, limit: NetAdapter.maximumNestedChanges)
  }

  /// Throws if the callbacks under way have caused too many changes.
  internal func checkNesting(of call: String) throws(AdapterViolation) {
    guard hasTooManyNestedChanges else { return }
    let limit = NetAdapter.maximumNestedChanges
    throw AdapterViolation(
      nil, limit,
      reason: AdapterError.tooManyNestedChanges(call: call, limit: limit).description)
  }
}

extension AdapterViolation {
  /// Throws if a queue is made inside of too many others.
  internal static func checkQueueDepth(_ call: String) throws(AdapterViolation) {
    let limit = CallbackContext.maximumQueueDepth
    guard CallbackContext.queueDepth >= limit else { return }
    throw AdapterViolation(
      nil, limit,
      reason: "\(call) was called from inside of \(limit) callbacks that make queues; "
        + "call it after they have returned")
  }
}
