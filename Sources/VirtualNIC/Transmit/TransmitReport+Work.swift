extension TransmitReport {
  /// What there is to say about work that is done.
  internal init(of work: TransmitWork) {
    switch work {
    case .drop(let reason, let plan, _):
      (path, checksum, self.plan) = (.asIs, .none, plan)
      outcome = .dropped(reason)
    case .asIs:
      (path, checksum, plan) = (.asIs, .none, nil)
      outcome = .sent(frames: 1)
    case .checksum(_, let decision):
      (path, checksum, plan) = (.asIs, decision, nil)
      outcome = .sent(frames: 1)
    case .cut(let plan, let decision, let checksum):
      (path, self.checksum, self.plan) = (decision, checksum, plan)
      outcome = .sent(frames: plan.count)
    }
  }
}
