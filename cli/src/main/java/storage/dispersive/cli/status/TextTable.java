package storage.dispersive.cli.status;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Rows of text in columns as wide as their widest cell; numbers stand to the right. */
public final class TextTable {

    private static final String GAP = "  ";

    /** A number, with a unit perhaps, or a dash in its place. */
    private static final Pattern NUMBER = Pattern.compile("-|-?\\d+(\\.\\d+)?( \\S+)?");

    private final List<List<String>> rows = new ArrayList<>();
    private final int columns;

    public TextTable(String... heads) {
        this.columns = heads.length;
        rows.add(List.of(heads));
    }

    /** Adds a row of as many cells as there are heads. */
    public TextTable row(Object... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(cells.length + " cells in " + columns + " columns");
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell.toString());
        }
        rows.add(List.copyOf(row));
        return this;
    }

    /** With a line end after each row. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                String cell = row.get(column);
                String space = " ".repeat(width(column) - cell.length());
                line.append(column == 0 ? "" : GAP);
                line.append(isNumeric(column) ? space + cell : cell + space);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private boolean isNumeric(int column) {
        return rows.size() > 1
                && rows.stream().skip(1).allMatch(row -> NUMBER.matcher(row.get(column)).matches());
    }
}
