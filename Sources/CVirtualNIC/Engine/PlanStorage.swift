internal import CVnic
internal import GsoEngine

/// A plan in the memory of C: a word that says its kind, and one of the plans of the engine.
///
/// Plans are trivial types: they can be copied octet by octet, and need no deinitialisation. A test
/// checks that, and that `vnic_plan` has room for each.
internal enum PlanStorage {
  /// The first word of each plan but for its lowest octet, which is the kind.
  ///
  /// Zeroed memory and other things do not have it, and the plans of another version must not:
  /// their fields lie elsewhere.
  private static let mark: UInt64 = 0x766E_6963_2D70_0200
  /// Where the plan lies, in octets.
  private static let planOffset = 8

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
    // SAFETY: the struct of C has room for each plan, at a multiple of 8 octets.
    unsafe (UnsafeMutableRawPointer(memory) + planOffset).initializeMemory(as: Plan.self, to: plan)
    unsafe mark(memory, as: kind)
  }

  /// Writes the first word of a plan.
  @inline(__always)
  private static func mark(_ memory: UnsafeMutablePointer<vnic_plan>, as kind: Kind) {
    // SAFETY: as in `store`.
    unsafe UnsafeMutableRawPointer(memory).storeBytes(
      of: mark | kind.rawValue, as: UInt64.self)
  }

  /// Stores the plan of segmentation that `body` makes in place; nothing changes if it throws.
  @inline(__always)
  internal static func replan(
    _ memory: UnsafeMutablePointer<vnic_plan>,
    _ body: (inout SegmentationPlan) throws(SegmentationError) -> Void
  ) throws(CallError) {
    let octets = UnsafeMutableRawPointer(memory)
    // SAFETY: as in `store`. What the memory held is no plan, perhaps: it is not read, only
    // assigned to, which a trivial type allows.
    let plan = unsafe (octets + planOffset).assumingMemoryBound(to: SegmentationPlan.self)
    try CallError.engine { () throws(SegmentationError) in try unsafe body(&plan.pointee) }
    unsafe mark(memory, as: .segmentation)
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
    // SAFETY: the struct of C has a word, and more.
    let word = unsafe UnsafeRawPointer(memory).load(as: UInt64.self)
    return Kind(rawValue: word ^ mark)
  }

  /// A stored plan, in place.
  @inline(__always)
  internal static func plan<Plan>(
    _ memory: UnsafePointer<vnic_plan>, as type: Plan.Type
  ) -> UnsafePointer<Plan> {
    // SAFETY: the caller has looked at the kind, which was stored with a plan of this type.
    unsafe (UnsafeRawPointer(memory) + planOffset).assumingMemoryBound(to: Plan.self)
  }

  /// The plan of segmentation in the memory of C.
  ///
  /// - Throws: ``CallError/null(argument:)``, ``CallError/notAPlan(argument:)``, or
  ///   ``CallError/planKind(_:)`` if it is a plan of another kind.
  @inline(__always)
  internal static func segmentation(
    _ memory: UnsafePointer<vnic_plan>?, argument: Int
  ) throws(CallError) -> UnsafePointer<SegmentationPlan> {
    guard let memory = unsafe memory else { throw .null(argument: argument) }
    // SAFETY: the struct of C has a word, and more.
    let word = unsafe UnsafeRawPointer(memory).load(as: UInt64.self)
    guard word == mark | Kind.segmentation.rawValue else {
      throw unsafe noSegmentation(memory, argument: argument)
    }
    return unsafe plan(memory, as: SegmentationPlan.self)
  }

  /// What memory without a plan of segmentation has instead.
  @inline(never)
  private static func noSegmentation(
    _ memory: UnsafePointer<vnic_plan>, argument: Int
  ) -> CallError {
    guard let kind = unsafe kind(of: memory) else { return .notAPlan(argument: argument) }
    return .planKind(Int(kind.rawValue))
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
