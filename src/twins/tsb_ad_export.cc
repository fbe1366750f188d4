// TSB-AD: one file of several series, without times. Its name tells how many
// rows a detector learns from, and the first row of an anomaly. Source:
// github.com/TheDatumOrg/TSB-AD, Datasets/README.md and TSB_AD/main.py.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "twins/label_exports.h"
#include "twins/label_file.h"
#include "twins/minute_series.h"

namespace busyhour {
namespace {

class TsbAdExport : public LabelForm {
 public:
  TsbAdExport(std::string directory, bool may_replace)
      : directory_(std::move(directory)), may_replace_(may_replace) {}

  Status Finish(const RunLabels& labels) override {
    const MinuteSeries& minutes = labels.minutes;
    const std::vector<bool> marked =
        MarkedRows(minutes.Windows(labels.incidents), minutes.rows());
    LabelFile file(directory_ + '/' + NameOf(marked), may_replace_);
    if (Status status = file.Open(); !status.ok()) return status;
    for (const std::string& column : minutes.columns()) file.Put(column + ',');
    file.Put("Label\n");
    for (std::size_t row = 0; row < minutes.rows(); ++row) {
      file.Put(minutes.Text(row) + (marked[row] ? ",1\n" : ",0\n"));
    }
    return file.Finish();
  }

 private:
  // INDEX_NAME_id_ID_DOMAIN_tr_ROWS_1st_ROW.csv
  static std::string NameOf(const std::vector<bool>& marked) {
    const auto first = static_cast<std::size_t>(
        std::find(marked.begin(), marked.end(), true) - marked.begin());
    // A quarter of the rows, as in most of its files.
    const std::size_t learnt = std::min(marked.size() / 4, first);
    return "001_busyhour_id_1_WebService_tr_" + std::to_string(learnt) +
           "_1st_" + std::to_string(first) + ".csv";
  }

  std::string directory_;
  bool may_replace_;
};

}  // namespace

std::unique_ptr<LabelForm> MakeTsbAdExport(const LabelledRun&,
                                           const std::string& directory,
                                           bool may_replace) {
  return std::make_unique<TsbAdExport>(directory, may_replace);
}

}  // namespace busyhour
