// The object that a driver keeps with its adapter: a context of `WdfObjectAllocateContext`.
extension NetAdapter {
  /// Keeps an object of the driver with the adapter, in place of an earlier one; nil for none.
  ///
  /// A callback gets the adapter as its argument and finds the object with ``context(as:)``, so
  /// that a driver needs no table of its adapters:
  ///
  /// ```swift
  /// final class MyContext: Sendable { let isLsoOn = Atomic<Bool>(false) }
  ///
  /// adapter.setContext(MyContext())
  /// // in the set-GSO callback
  /// let context = adapter.context(as: MyContext.self)
  /// context?.isLsoOn.store(offload.isLsoIPv4Enabled, ordering: .relaxed)
  /// ```
  ///
  /// The object must be `Sendable`, because an adapter may be used from any thread. It lives as
  /// long as the adapter. An object that refers to its adapter should do so weakly.
  public func setContext(_ context: (any AnyObject & Sendable)?) {
    // The earlier object is released outside of the lock: its deinitialisation may call the
    // adapter.
    _ = record.withLock { record in
      let replaced = record.context
      record.context = context
      return replaced
    }
  }

  /// Returns the object that the driver keeps with the adapter: `WdfObjectGetTypedContext`.
  ///
  /// - Parameter type: The type of the object.
  /// - Returns: The object; nil if there is none, or one of another type.
  /// - Complexity: O(1), one short lock.
  public func context<Context: AnyObject & Sendable>(
    as type: Context.Type = Context.self
  ) -> Context? {
    record.withLock { $0.context } as? Context
  }
}
