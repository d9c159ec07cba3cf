/// What memory a job works on.
enum WorkingSet: String, CaseIterable {
  /// One frame and one set of outputs, all in the cache.
  case hot
  /// Many frames in turn, one set of outputs.
  case coldSource = "cold-source"
  /// Many frames in turn, each with outputs of its own.
  case bothCold = "both-cold"
}

extension WorkingSet {
  /// What the tables say.
  var title: String { rawValue.replacing("-", with: " ") }
}
