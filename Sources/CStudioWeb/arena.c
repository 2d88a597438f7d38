#include "CStudioWeb.h"

static const unsigned char page[] = {
#embed "../Studio/Web/arena/page.html"
};
static const unsigned char style[] = {
#embed "../Studio/Web/arena/page.css"
};
static const unsigned char script[] = {
#embed "../Studio/Web/arena/page.js"
};
static const unsigned char colors[] = {
#embed "../Studio/Web/arena/colors.js"
};
static const unsigned char command[] = {
#embed "../Studio/Web/arena/command.js"
};
static const unsigned char commands[] = {
#embed "../Studio/Web/arena/commands.js"
};
static const unsigned char connection[] = {
#embed "../Studio/Web/arena/connection.js"
};
static const unsigned char contour[] = {
#embed "../Studio/Web/arena/contour.js"
};
static const unsigned char controls[] = {
#embed "../Studio/Web/arena/controls.js"
};
static const unsigned char drawing[] = {
#embed "../Studio/Web/arena/drawing.js"
};
static const unsigned char essay_distances[] = {
#embed "../Studio/Web/arena/essay-distances.js"
};
static const unsigned char essay_losses[] = {
#embed "../Studio/Web/arena/essay-losses.js"
};
static const unsigned char frame[] = {
#embed "../Studio/Web/arena/frame.js"
};
static const unsigned char knobs[] = {
#embed "../Studio/Web/arena/knobs.js"
};
static const unsigned char line[] = {
#embed "../Studio/Web/arena/line.js"
};
static const unsigned char outputs[] = {
#embed "../Studio/Web/arena/outputs.js"
};
static const unsigned char phases[] = {
#embed "../Studio/Web/arena/phases.js"
};
static const unsigned char plane[] = {
#embed "../Studio/Web/arena/plane.js"
};
static const unsigned char sharp[] = {
#embed "../Studio/Web/arena/sharp.js"
};
static const unsigned char stage[] = {
#embed "../Studio/Web/arena/stage.js"
};
static const unsigned char state[] = {
#embed "../Studio/Web/arena/state.js"
};
static const unsigned char strip[] = {
#embed "../Studio/Web/arena/strip.js"
};
static const unsigned char transport[] = {
#embed "../Studio/Web/arena/transport.js"
};

const struct web_file *arena_files(void) {
    static const struct web_file files[] = {
        {"arena/page.html", page, sizeof page},
        {"arena/page.css", style, sizeof style},
        {"arena/page.js", script, sizeof script},
        {"arena/colors.js", colors, sizeof colors},
        {"arena/command.js", command, sizeof command},
        {"arena/commands.js", commands, sizeof commands},
        {"arena/connection.js", connection, sizeof connection},
        {"arena/contour.js", contour, sizeof contour},
        {"arena/controls.js", controls, sizeof controls},
        {"arena/drawing.js", drawing, sizeof drawing},
        {"arena/essay-distances.js", essay_distances, sizeof essay_distances},
        {"arena/essay-losses.js", essay_losses, sizeof essay_losses},
        {"arena/frame.js", frame, sizeof frame},
        {"arena/knobs.js", knobs, sizeof knobs},
        {"arena/line.js", line, sizeof line},
        {"arena/outputs.js", outputs, sizeof outputs},
        {"arena/phases.js", phases, sizeof phases},
        {"arena/plane.js", plane, sizeof plane},
        {"arena/sharp.js", sharp, sizeof sharp},
        {"arena/stage.js", stage, sizeof stage},
        {"arena/state.js", state, sizeof state},
        {"arena/strip.js", strip, sizeof strip},
        {"arena/transport.js", transport, sizeof transport},
        {NULL, NULL, 0},
    };
    return files;
}
