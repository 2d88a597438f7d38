#include "CStudioWeb.h"

static const unsigned char cells_js[] = {
#embed "../Studio/Web/runs/cells.js"
};
static const unsigned char differences_js[] = {
#embed "../Studio/Web/runs/differences.js"
};
static const unsigned char figures_js[] = {
#embed "../Studio/Web/runs/figures.js"
};
static const unsigned char form_js[] = {
#embed "../Studio/Web/runs/form.js"
};
static const unsigned char images_js[] = {
#embed "../Studio/Web/runs/images.js"
};
static const unsigned char list_js[] = {
#embed "../Studio/Web/runs/list.js"
};
static const unsigned char metrics_js[] = {
#embed "../Studio/Web/runs/metrics.js"
};
static const unsigned char page_css[] = {
#embed "../Studio/Web/runs/page.css"
};
static const unsigned char page_html[] = {
#embed "../Studio/Web/runs/page.html"
};
static const unsigned char page_js[] = {
#embed "../Studio/Web/runs/page.js"
};
static const unsigned char run_js[] = {
#embed "../Studio/Web/runs/run.js"
};
static const unsigned char sheets_js[] = {
#embed "../Studio/Web/runs/sheets.js"
};

const struct web_file *runs_files(void) {
    static const struct web_file files[] = {
        {"runs/cells.js", cells_js, sizeof cells_js},
        {"runs/differences.js", differences_js, sizeof differences_js},
        {"runs/figures.js", figures_js, sizeof figures_js},
        {"runs/form.js", form_js, sizeof form_js},
        {"runs/images.js", images_js, sizeof images_js},
        {"runs/list.js", list_js, sizeof list_js},
        {"runs/metrics.js", metrics_js, sizeof metrics_js},
        {"runs/page.css", page_css, sizeof page_css},
        {"runs/page.html", page_html, sizeof page_html},
        {"runs/page.js", page_js, sizeof page_js},
        {"runs/run.js", run_js, sizeof run_js},
        {"runs/sheets.js", sheets_js, sizeof sheets_js},
        {NULL, NULL, 0},
    };
    return files;
}
