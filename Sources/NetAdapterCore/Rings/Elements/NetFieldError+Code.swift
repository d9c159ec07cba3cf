public import WireFormats

extension NetFieldError: CodedError {
  /// The code of the field; the operands are the number and the limit.
  public var numbers: ErrorNumbers { ErrorNumbers(field.code, found, limit) }
}

extension NetFieldError.Field {
  fileprivate var code: Int32 {
    switch self {
    case .fragmentIndex: 570
    case .fragmentCount: 571
    case .validLength: 572
    case .capacity: 573
    case .offset: 574
    case .layer2HeaderLength: 575
    case .layer3HeaderLength: 576
    case .layer4HeaderLength: 577
    case .mss: 578
    case .priorityCodePoint: 579
    case .vlanIdentifier: 580
    }
  }
}
