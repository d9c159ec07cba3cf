import WireFormats

extension VirtioNetHeader.Form {
  /// The form that `--vnet-hdr` names; nil without it.
  init?(_ arguments: ParsedArguments) throws(Failure) {
    guard let number = try arguments.number("--vnet-hdr", in: 10...24) else { return nil }
    guard let form = VirtioNetHeader.Form(rawValue: number) else {
      throw Failure(usage: "`--vnet-hdr` takes 10, 12, 20 or 24, not \(number)")
    }
    self = form
  }
}
