/* The floor: what a loop over the mapped values costs when nothing else is done. One thread. */
#include <math.h>
#include <stdint.h>

void copy_values(const float *values, int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = values[k];
}

void fill_bins(int64_t n, int64_t step, int64_t size, int64_t *starts, int64_t *ends) {
  for (int64_t k = 0; k < n; k++) {
    starts[k] = k * step;
    ends[k] = (k + 1) * step;
  }
  if (n && ends[n - 1] > size) ends[n - 1] = size;
}

static double mean(const float *values, int64_t lo, int64_t hi) {
  double sum = 0;
  int64_t n = 0;
  for (int64_t k = lo; k < hi; k++)
    if (values[k] == values[k]) {
      sum += values[k];
      n++;
    }
  return n ? sum / n : NAN;
}

void mean_bins(const float *values, int64_t n, int64_t width, int64_t n_out, double *out) {
  for (int64_t k = 0; k < n_out; k++) {
    int64_t hi = (k + 1) * width;
    out[k] = mean(values, k * width, hi < n ? hi : n);
  }
}

void mean_windows(const float *values, int64_t bin, const int64_t *starts, const int64_t *ends,
                  int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = mean(values, starts[k] / bin, (ends[k] - 1) / bin + 1);
}

void summarise(const float *values, int64_t n, double *out) {
  double count = 0, sum = 0, squares = 0, low = out[3], high = out[4];
  for (int64_t k = 0; k < n; k++) {
    double v = values[k];
    if (v != v) continue;
    count++;
    sum += v;
    squares += v * v;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  out[0] += count;
  out[1] += sum;
  out[2] += squares;
  out[3] = low;
  out[4] = high;
}

int64_t screen_above(const float *values, int64_t n, double limit, int64_t bin, int64_t *starts,
                     int64_t *ends) {
  int64_t found = 0, open = 0;
  for (int64_t k = 0; k < n; k++) {
    int hit = values[k] > limit;
    if (hit && !open) starts[found] = k * bin;
    if (!hit && open) ends[found++] = k * bin;
    open = hit;
  }
  if (open) ends[found++] = n * bin;
  return found;
}

void expression(const double *a, const double *b, const double *c, int64_t n, double *out) {
  for (int64_t k = 0; k < n; k++) out[k] = log(a[k] + 1) - 0.5 * b[k] + c[k] / (a[k] + 0.1);
}

/* Sorted rows with chromosome codes, one pass; each returns the number of rows written. */
int64_t merge_sorted(const int32_t *c, const int64_t *s, const int64_t *e, int64_t n, int32_t *oc,
                     int64_t *os, int64_t *oe) {
  int64_t m = 0;
  for (int64_t k = 0; k < n; k++) {
    if (m && oc[m - 1] == c[k] && oe[m - 1] >= s[k]) {
      if (e[k] > oe[m - 1]) oe[m - 1] = e[k];
    } else {
      oc[m] = c[k];
      os[m] = s[k];
      oe[m++] = e[k];
    }
  }
  return m;
}

/* which: 0 union, 1 intersection, 2 difference of two merged sets, by depth at their edges */
int64_t combine_merged(int which, const int32_t *ac, const int64_t *as, const int64_t *ae,
                       int64_t an, const int32_t *bc, const int64_t *bs, const int64_t *be,
                       int64_t bn, int32_t *oc, int64_t *os, int64_t *oe) {
  int64_t i = 0, j = 0, m = 0, from = 0;
  int in_a = 0, in_b = 0, is_open = 0;
  while (i < an || j < bn) {
    int64_t pa = i < an ? (in_a ? ae[i] : as[i]) : INT64_MAX;
    int64_t pb = j < bn ? (in_b ? be[j] : bs[j]) : INT64_MAX;
    int32_t ca = i < an ? ac[i] : INT32_MAX, cb = j < bn ? bc[j] : INT32_MAX;
    int take_a = ca < cb || (ca == cb && pa <= pb), take_b = cb < ca || (ca == cb && pb <= pa);
    int32_t code = take_a ? ca : cb;
    int64_t at = take_a ? pa : pb;
    if (take_a) i += in_a, in_a = !in_a;
    if (take_b) j += in_b, in_b = !in_b;
    int is_in = which == 0 ? in_a | in_b : which == 1 ? in_a & in_b : in_a & !in_b;
    if (is_in == is_open) continue;
    if (is_in) {
      from = at;
    } else {
      oc[m] = code;
      os[m] = from;
      oe[m++] = at;
    }
    is_open = is_in;
  }
  return m;
}

void center_rows(const int64_t *s, const int64_t *e, int64_t n, int64_t size, int64_t *os,
                 int64_t *oe) {
  for (int64_t k = 0; k < n; k++) {
    os[k] = (s[k] + e[k] - size) >> 1;
    if (os[k] < 0) os[k] = 0;
    oe[k] = os[k] + size;
  }
}

/* Bins (b[k], b[k + 1]] of one and of two tracks; -1 outside. */
static int bin_of(double v, const double *b, int n) {
  if (!(v > b[0]) || v > b[n]) return -1;
  int k = (int)((v - b[0]) / (b[1] - b[0]));
  if (k > n - 1) k = n - 1;
  while (v <= b[k]) k--;
  while (v > b[k + 1]) k++;
  return k;
}

void count_bins(const float *values, int64_t n, const double *b, int64_t n_bins, int64_t *counts) {
  for (int64_t k = 0; k < n; k++) {
    int bin = bin_of(values[k], b, n_bins);
    if (bin >= 0) counts[bin]++;
  }
}

void count_cells(const float *x, const float *y, int64_t n, const double *b, int64_t n_bins,
                 int64_t *counts) {
  for (int64_t k = 0; k < n; k++) {
    int i = bin_of(x[k], b, n_bins), j = bin_of(y[k], b, n_bins);
    if (i >= 0 && j >= 0) counts[i * n_bins + j]++;
  }
}

int64_t cut_bins(const float *values, int64_t n, const double *b, int64_t n_bins, int64_t step,
                 int64_t size, int64_t *starts, int64_t *ends, int64_t *bins) {
  int64_t m = 0;
  int last = -1;
  for (int64_t k = 0; k < n; k++) {
    int bin = bin_of(values[k], b, n_bins);
    if (bin >= 0 && bin == last) {
      ends[m - 1] = (k + 1) * step;
    } else if (bin >= 0) {
      starts[m] = k * step;
      ends[m] = (k + 1) * step;
      bins[m++] = bin + 1;
    }
    last = bin;
  }
  if (m && ends[m - 1] > size) ends[m - 1] = size;
  return m;
}

int64_t keep_values(const float *values, int64_t n, double *out) {
  int64_t m = 0;
  for (int64_t k = 0; k < n; k++)
    if (values[k] == values[k]) out[m++] = values[k];
  return m;
}
