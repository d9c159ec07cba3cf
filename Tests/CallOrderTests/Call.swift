/// One public function, with random arguments.
struct Call: Sendable {
  /// Its name in the symbol graph; overloads share one.
  let name: String
  /// Makes the call; what it throws is recorded.
  let make: @Sendable (Walk) throws -> Void

  init(_ name: String, _ make: @escaping @Sendable (Walk) throws -> Void) {
    (self.name, self.make) = (name, make)
  }

  /// All calls of a walk.
  static let all =
    adapterCalls + declarationCalls + queueCalls + ringCalls + nicCalls + linkCalls + engineCalls
    + coalescerCalls + segmentSizeCalls + captureCalls + wireCalls + stateCalls
}
