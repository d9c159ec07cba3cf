internal import CVnic

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

/// Runs the body of a C function on the object of its first argument, a handle; as `call(_:_:)`.
@inline(__always)
internal func call<Object: AnyObject>(
  _ error: UnsafeMutablePointer<vnic_error>?, on handle: OpaquePointer?, as type: Object.Type,
  _ body: (Object) throws(CallError) -> Void
) -> Int32 {
  unsafe call(error) { () throws(CallError) in try unsafe body(object(handle, as: type)) }
}

/// Makes an object that C owns from then on, and writes its handle to the first argument.
///
/// - Throws: ``CallError/null(argument:)`` for NULL, and what `make` throws.
internal func create(
  _ result: UnsafeMutablePointer<OpaquePointer?>?, _ make: () throws(CallError) -> AnyObject
) throws(CallError) {
  let result = try unsafe present(result, argument: 1)
  let made = try make()
  unsafe result.pointee = unsafe handle(of: made)
}

/// Writes a time to memory of C, if there is one.
///
/// - Returns: 1; 0 without a time.
internal func give(_ time: UInt64?, _ target: UnsafeMutablePointer<UInt64>?) -> Int32 {
  guard let time else { return 0 }
  // SAFETY: C passes NULL or memory for one number.
  unsafe target?.pointee = time
  return 1
}

/// Releases the object of a handle; does nothing for NULL.
internal func release<Object: AnyObject>(_ handle: OpaquePointer?, as type: Object.Type) {
  guard let handle = unsafe handle else { return }
  // SAFETY: as in `object`; C does not use the handle any more.
  unsafe Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).release()
}
