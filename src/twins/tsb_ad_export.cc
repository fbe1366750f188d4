// TSB-AD: one file of several series, without times. Its name tells how many
// rows a detector learns from, and the first row of an anomaly. Source:
// github.com/TheDatumOrg/TSB-AD, Datasets/README.md and TSB_AD/main.py.

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "twins/label_exports.h"
#include "twins/label_file.h"
#include "twins/minute_series.h"

namespace busyhour::internal {
namespace {

// INDEX_NAME_id_ID_DOMAIN_tr_ROWS_1st_ROW.csv
std::string FileNameOf(const std::vector<bool>& marked) {
  const auto first = static_cast<std::size_t>(
      std::find(marked.begin(), marked.end(), true) - marked.begin());
  // A quarter of the rows, as in most of its files.
  const std::size_t learnt = std::min(marked.size() / 4, first);
  return "001_busyhour_id_1_WebService_tr_" + std::to_string(learnt) + "_1st_" +
         std::to_string(first) + ".csv";
}

}  // namespace

Status WriteTsbAd(const RunLabels& labels, const std::string& directory,
                  bool may_replace) {
  const MinuteSeries& minutes = labels.minutes;
  const std::vector<bool> marked =
      MarkedRows(minutes.Windows(labels.incidents), minutes.rows());
  LabelFile file(directory + '/' + FileNameOf(marked), may_replace);
  if (Status status = file.Open(); !status.ok()) return status;
  for (const std::string& column : minutes.columns()) file.Put(column + ',');
  file.Put("Label\n");
  for (std::size_t row = 0; row < minutes.rows(); ++row) {
    file.Put(minutes.Text(row) + (marked[row] ? ",1\n" : ",0\n"));
  }
  return file.Finish();
}

}  // namespace busyhour::internal
