package io.sheaf.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashSet;
import java.util.Set;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** What every report must be, whatever it shows. */
public final class ReportCheck {
  private ReportCheck() {}

  /** Checks a page with so many pictures or more. */
  public static void check(String page, int fewestPictures)
      throws ParserConfigurationException, IOException, SAXException {
    Document document = parse(page);
    Set<String> ids = new HashSet<>();
    NodeList elements = document.getElementsByTagName("*");
    for (int i = 0; i < elements.getLength(); i++) {
      Element element = (Element) elements.item(i);
      assertTrue(
          !element.hasAttribute("id") || ids.add(element.getAttribute("id")),
          "two elements have the id " + element.getAttribute("id"));
      for (String attribute : new String[] {"src", "href", "xlink:href", "onload", "srcset"}) {
        assertFalse(element.hasAttribute(attribute), element.getTagName() + " has " + attribute);
      }
    }
    for (String word : new String[] {"http:", "https:", "url(", "@import", "<script", "//cdn"}) {
      assertFalse(page.contains(word), "the page is not on its own: " + word);
    }
    assertTrue(page.contains("prefers-color-scheme: dark"));
    checkPictures(document.getElementsByTagName("svg"), fewestPictures, ids);
    assertFalse(page.contains("NaN") || page.contains("Infinity"), "a figure is none");
  }

  /** The page is XML too: every element is closed, every attribute quoted. */
  private static Document parse(String page)
      throws ParserConfigurationException, IOException, SAXException {
    assertTrue(page.startsWith("<!DOCTYPE html>\n"));
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    builder.setErrorHandler(new DefaultHandler());
    Document document =
        builder.parse(new InputSource(new StringReader(page.substring(page.indexOf('\n')))));
    assertEquals("html", document.getDocumentElement().getTagName());
    assertEquals("en", document.getDocumentElement().getAttribute("lang"));
    return document;
  }

  private static void checkPictures(NodeList pictures, int fewest, Set<String> ids) {
    assertTrue(pictures.getLength() >= fewest, pictures.getLength() + " pictures");
    for (int i = 0; i < pictures.getLength(); i++) {
      Element picture = (Element) pictures.item(i);
      assertEquals("img", picture.getAttribute("role"));
      for (String id : picture.getAttribute("aria-labelledby").split(" ", -1)) {
        assertTrue(ids.contains(id), "no element has the id " + id);
      }
    }
  }
}
