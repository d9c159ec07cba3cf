internal import CVnic
internal import GsoEngine

/// A plan in the memory of C: a mark, the kind, and one of the plans of the engine.
///
/// Plans are trivial types: they can be copied octet by octet, and need no deinitialisation. A test
/// checks that, and that `vnic_plan` has room for each.
internal enum PlanStorage {
  /// The first word of each plan.
  ///
  /// Zeroed memory and other things do not have it, and the plans of another version must not:
  /// their fields lie elsewhere.
  private static let mark: UInt64 = 0x766E_6963_2D70_6C01
  /// Where the kind lies, in octets, and where the plan does.
  private static let kindOffset = 8
  internal static let planOffset = 16

  /// The kinds, as in `vnic.h`.
  internal enum Kind: UInt64 {
    case unmodified = 0
    case checksum = 1
    case segmentation = 2
    case fragmentation = 3
  }

  /// What is stored for a frame that is sent unmodified.
  internal struct Unmodified {
    let frameLength: Int
  }

  /// Stores a plan.
  @inline(__always)
  internal static func store<Plan>(
    _ plan: Plan, _ kind: Kind, in memory: UnsafeMutablePointer<vnic_plan>
  ) {
    let octets = UnsafeMutableRawPointer(memory)
    // SAFETY: the struct of C has room for each plan, at a multiple of 8 octets.
    unsafe octets.storeBytes(of: mark, as: UInt64.self)
    unsafe octets.storeBytes(of: kind.rawValue, toByteOffset: kindOffset, as: UInt64.self)
    unsafe (octets + planOffset).initializeMemory(as: Plan.self, to: plan)
  }

  /// Stores the plan of an action.
  internal static func store(
    _ action: OffloadAction, frameLength: Int, in memory: UnsafeMutablePointer<vnic_plan>
  ) {
    switch action {
    case .unmodified:
      unsafe store(Unmodified(frameLength: frameLength), .unmodified, in: memory)
    case .checksum(let completion): unsafe store(completion, .checksum, in: memory)
    case .segmentation(let plan): unsafe store(plan, .segmentation, in: memory)
    case .fragmentation(let plan): unsafe store(plan, .fragmentation, in: memory)
    }
  }

  /// The kind of a stored plan; nil if there is none.
  @inline(__always)
  internal static func kind(of memory: UnsafePointer<vnic_plan>) -> Kind? {
    let octets = unsafe UnsafeRawPointer(memory)
    // SAFETY: the struct of C has two words, and more.
    guard unsafe octets.load(as: UInt64.self) == mark else { return nil }
    return unsafe Kind(rawValue: octets.load(fromByteOffset: kindOffset, as: UInt64.self))
  }

  /// A stored plan, in place.
  @inline(__always)
  internal static func plan<Plan>(
    _ memory: UnsafePointer<vnic_plan>, as type: Plan.Type
  ) -> UnsafePointer<Plan> {
    // SAFETY: the caller has looked at the kind, which was stored with a plan of this type.
    unsafe (UnsafeRawPointer(memory) + planOffset).assumingMemoryBound(to: Plan.self)
  }
}

/// A plan of C, ready to be used.
@safe
internal enum StoredPlan {
  case unmodified(frameLength: Int)
  case checksum(UnsafePointer<ChecksumCompletion>)
  case segmentation(UnsafePointer<SegmentationPlan>)
  case fragmentation(UnsafePointer<FragmentationPlan>)

  /// Looks at the plan in the memory of C.
  ///
  /// - Throws: ``CallError/null(argument:)`` or ``CallError/notAPlan(argument:)``.
  @inline(__always)
  init(_ memory: UnsafePointer<vnic_plan>?, argument: Int) throws(CallError) {
    guard let memory = unsafe memory else { throw .null(argument: argument) }
    switch unsafe PlanStorage.kind(of: memory) {
    case .unmodified:
      let plan = unsafe PlanStorage.plan(memory, as: PlanStorage.Unmodified.self)
      self = unsafe .unmodified(frameLength: plan.pointee.frameLength)
    case .checksum:
      self = unsafe .checksum(PlanStorage.plan(memory, as: ChecksumCompletion.self))
    case .segmentation:
      self = unsafe .segmentation(PlanStorage.plan(memory, as: SegmentationPlan.self))
    case .fragmentation:
      self = unsafe .fragmentation(PlanStorage.plan(memory, as: FragmentationPlan.self))
    case nil: throw .notAPlan(argument: argument)
    }
  }

  /// The kind, as in `vnic.h`.
  var kind: PlanStorage.Kind {
    switch self {
    case .unmodified: .unmodified
    case .checksum: .checksum
    case .segmentation: .segmentation
    case .fragmentation: .fragmentation
    }
  }

  /// Number of frames.
  var count: Int {
    switch self {
    case .unmodified, .checksum: 1
    case .segmentation(let plan): unsafe plan.pointee.count
    case .fragmentation(let plan): unsafe plan.pointee.count
    }
  }
}
