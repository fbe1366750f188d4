#include "twins/label_exports.h"

#include <utility>

namespace busyhour::internal {
namespace {

using Write = Status (*)(const RunLabels& labels, const std::string& directory,
                         bool may_replace);

class ExportAtEnd : public LabelForm {
 public:
  ExportAtEnd(Write write, std::string directory, bool may_replace)
      : write_(write),
        directory_(std::move(directory)),
        may_replace_(may_replace) {}

  Status Finish(const RunLabels& labels) override {
    return write_(labels, directory_, may_replace_);
  }

 private:
  Write write_;
  std::string directory_;
  bool may_replace_;
};

template <Write write>
std::unique_ptr<LabelForm> AtEnd(const LabelledRun&,
                                 const std::string& directory,
                                 bool may_replace) {
  return std::make_unique<ExportAtEnd>(write, directory, may_replace);
}

constexpr LabelExport kExports[] = {
    {"nab", AtEnd<WriteNab>},
    {"tsb-ad", AtEnd<WriteTsbAd>},
    {"timeeval", AtEnd<WriteTimeEval>},
    {"loghub", MakeLogHubExport},
};

}  // namespace

std::span<const LabelExport> LabelExports() { return kExports; }

}  // namespace busyhour::internal
