// Objects of Swift that C owns, as pointers to structs that it cannot look into.

/// Returns a handle that owns an object.
internal func handle(of object: AnyObject) -> OpaquePointer {
  // SAFETY: the reference is released by `release(_:as:)`.
  unsafe OpaquePointer(Unmanaged.passRetained(object).toOpaque())
}

/// The object of a handle.
///
/// A reference of its own is held while it is used: a callback may destroy the handle.
///
/// - Throws: ``CallError/null(argument:)`` for NULL.
@inline(__always)
internal func object<Object: AnyObject>(
  _ handle: OpaquePointer?, as type: Object.Type, argument: Int = 1
) throws(CallError) -> Object {
  guard let handle = unsafe handle else { throw .null(argument: argument) }
  // SAFETY: the header names the type of each handle, and C has not destroyed it.
  return unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
}

/// Releases the object of a handle; does nothing for NULL.
internal func release<Object: AnyObject>(_ handle: OpaquePointer?, as type: Object.Type) {
  guard let handle = unsafe handle else { return }
  // SAFETY: as in `object`; C does not use the handle any more.
  unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).release()
}
